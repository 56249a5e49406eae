// Exports in this process, on the native backend.
import type { ExportCheck, ExportStep } from '../../contract/jobs.js';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import type { TrainRequest } from '../../contract/training.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { exportHost } from '../../workers/exportHost.node.js';
import { runExport } from '../../workers/exportJob.js';

export interface TrainedHere {
  readonly request: TrainRequest;
  readonly data: TrainingData;
  readonly checkpoint: CheckpointFrame;
}

export interface ExportedHere {
  /** Of the first file. */
  readonly bytes: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The first. */
  readonly check: ExportCheck;
  readonly steps: readonly ExportStep['step'][];
}

export async function exportHere(
  trained: TrainedHere,
  format: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<ExportedHere> {
  const steps: ExportStep['step'][] = [];
  const { files, checks } = await runExport(
    { ...trained, kind: 'export', run: 'test', format, options, metrics: { test_loss: 0.5 } },
    {
      backend: ortNative,
      session: { threads: 1 },
      host: exportHost,
      send: ({ step }) => Promise.resolve(void steps.push(step)),
      stopped: () => false,
    },
  );
  const byEnding = new Map(files.map(({ ending, bytes }) => [ending, bytes]));
  return { bytes: files[0]!.bytes, files: byEnding, check: checks[0]!, steps };
}
