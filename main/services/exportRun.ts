// Exports a run: a worker writes the files and reloads them, and only then do they appear where they were wanted.
import { constants, existsSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ExportJob, ExportResult, ExportStep } from '../../contract/jobs.js';
import type { ExportOutcome, ExportProgress } from '../../contract/services/exports.js';
import { faultCodes } from '../../contract/fault.js';
import { exporterOf } from '../../engine/exporters/index.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { writeAtomic } from '../store/atomicFile.js';
import { exportRunFolder } from '../store/runFolder.js';
import { guardedAsync } from '../store/storeError.js';
import { wholeRunFormat } from './exportFormats.js';
import { runInWorker } from './launcher.js';
import { loadTrained, type CheckpointChoice } from './trainedModels.js';
import type { TrainingPorts } from './training.js';
import type { Workspace } from './workspaces.js';

export interface ExportRequest {
  readonly format: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly choice: CheckpointChoice;
  /** Left out: a free name in the workspace's folder for exports. */
  readonly path?: string | undefined;
  /** Whether files that are there may be replaced. */
  readonly replace: boolean;
}

export interface ExportWatch {
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @throws EngineError `export.*` where the format refuses the model or the reloaded file differs, `call.cancelled` when
 * aborted; `store.*` when it cannot be written
 */
export async function exportRun(
  ports: TrainingPorts,
  run: string,
  request: ExportRequest,
  { onProgress, signal }: ExportWatch = {},
): Promise<ExportOutcome> {
  const { workspace } = ports;
  const path = request.path ?? (await freePath(workspace, run, request.format));
  if (!existsSync(dirname(path)))
    throw new EngineError(faultCodes.fileMissing, `Folder '${dirname(path)}': it must exist to be written to.`, {
      path,
    });
  await guardedAsync(`Folder '${dirname(path)}'`, () => access(dirname(path), constants.W_OK));
  if (request.format === wholeRunFormat) {
    const { files, bytes } = await exportRunFolder(workspace, run, path, {
      onStep: (step) => onProgress?.({ step }),
      signal,
    });
    return { files: [{ path, bytes }], checks: [{ kind: 'copied', files }] };
  }
  const { endings } = exporterOf(request.format);
  const paths = new Map(endings.map((ending, index) => [ending, index === 0 ? path : besides(path, ending)]));
  if (!request.replace) for (const each of paths.values()) refuseExisting(each);
  const job = await jobOf(ports, run, request);
  const worked = runInWorker<ExportStep, ExportResult>(ports.launch, {
    entry: 'trained.node',
    job,
    onEvent: (step) => onProgress?.(step),
    signal,
  });
  const { files, checks } = await unlessAborted(worked, run, signal);
  onProgress?.({ step: 'saving' });
  const written = [];
  for (const { ending, bytes } of files) {
    const target = paths.get(ending) ?? besides(path, ending);
    await writeAtomic(target, [bytes]);
    written.push({ path: target, bytes: bytes.byteLength });
  }
  return { files: written, checks };
}

/** A worker may be in the middle of a long computation: it ends by itself, and nobody waits for that. */
async function unlessAborted<T>(work: Promise<T>, run: string, signal: AbortSignal | undefined): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(new EngineError(faultCodes.cancelled, `Export of '${run}': it was cancelled.`));
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
  return Promise.race([work, aborted]);
}

async function jobOf(
  ports: TrainingPorts,
  run: string,
  { format, options, choice }: ExportRequest,
): Promise<ExportJob> {
  const { metrics } = ports.workspace.runs.find(run);
  return { kind: 'export', run, ...(await loadTrained(ports, run, choice)), format, options, metrics };
}

/** The same name with another ending. */
function besides(path: string, ending: string): string {
  return join(dirname(path), `${basename(path, extname(path))}${ending}`);
}

function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new EngineError('export.exists', `File '${path}': it exists already; choose another name or replace it.`, {
      path,
    });
}

export function exportsFolder(workspace: Workspace): string {
  return join(workspace.path, 'exports');
}

/** What a file is called when nobody says, without its ending: free, and importable by Python where it is source. */
export function freeName(workspace: Workspace, run: string, format: string): string {
  const endings = endingsOf(format);
  const isSource = endings[0] === '.py';
  const name = isSource ? `model_${run}`.replaceAll(/\W+/g, '_') : run;
  const isFree = (stem: string): boolean =>
    endings.every((ending) => !existsSync(join(exportsFolder(workspace), stem + ending)));
  if (isFree(name)) return name;
  for (let number = 2; ; number++) {
    const numbered = `${name}${isSource ? '_' : '-'}${number}`;
    if (isFree(numbered)) return numbered;
  }
}

/** A whole run is a folder. */
function endingsOf(format: string): readonly string[] {
  return format === wholeRunFormat ? [''] : exporterOf(format).endings;
}

async function freePath(workspace: Workspace, run: string, format: string): Promise<string> {
  const folder = exportsFolder(workspace);
  await mkdir(folder, { recursive: true });
  return join(folder, freeName(workspace, run, format) + endingsOf(format)[0]!);
}
