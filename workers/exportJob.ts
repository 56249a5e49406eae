// Exports a trained model: the format's exporter writes it, and has sessions and held-out examples to check it with.
import type { ExportJob, ExportResult, ExportStep } from '../contract/jobs.js';
import { BatchPlan, BatchReader } from '../engine/data/batches.js';
import { applyPreprocessing, type ExampleSet } from '../engine/data/exampleSet.js';
import type { ExportTools, HeldOut } from '../engine/exporters/defineExporter.js';
import { exporterOf } from '../engine/exporters/index.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { elements } from '../engine/ir/tensor.js';
import { splitNames, type TrainingData } from '../engine/training/trainingData.js';
import type { Backend, SessionOptions } from './backends/backend.js';
import { evaluationClock } from './evaluator.js';
import { evaluationBatch, openModel, weightsOf } from './trainedModel.js';

/** Held-out examples that the file must agree on. */
const comparedExamples = 64;

/** What the host of the worker adds: compression and the parts of pages. */
export type ExportHost = Pick<ExportTools, 'gzip' | 'gunzip' | 'pageParts'>;

export interface ExportPorts {
  readonly backend: Backend;
  readonly session: SessionOptions;
  readonly host: ExportHost;
  readonly send: (step: ExportStep) => Promise<void>;
  readonly stopped: () => boolean;
}

/** @throws EngineError `export.*`; `call.cancelled` when it was asked to stop */
export async function runExport(job: ExportJob, ports: ExportPorts): Promise<ExportResult> {
  const data = job.data as TrainingData;
  const weights = weightsOf(job.checkpoint, data.settings.average !== undefined);
  const subject = { run: job.run, data, weights, metrics: job.metrics };
  const tools = toolsOf(job, data, ports);
  await tools.tell({ step: 'preparing' });
  return exporterOf(job.format).write(subject, job.options, tools);
}

function toolsOf(
  job: ExportJob,
  data: TrainingData,
  { backend, session, host, send, stopped }: ExportPorts,
): ExportTools {
  const checkStopped = (): void => {
    if (stopped()) throw new EngineError('call.cancelled', `Export of '${job.run}': it was cancelled.`);
  };
  let heldOut: Promise<HeldOut> | undefined;
  return {
    ...host,
    heldOut: () => (heldOut ??= evaluateHeldOut(job, data, backend, session)),
    async tell(step) {
      checkStopped();
      await send(step);
    },
    async run(model, batches) {
      const opened = await backend.open(model, session);
      try {
        const results = [];
        for (const feeds of batches) {
          checkStopped();
          results.push(await opened.run(feeds));
        }
        return results;
      } finally {
        await opened.dispose();
      }
    },
  };
}

async function evaluateHeldOut(
  job: ExportJob,
  data: TrainingData,
  backend: Backend,
  session: SessionOptions,
): Promise<HeldOut> {
  const prepared = applyPreprocessing(data.dataSet, data.preprocessing);
  const sample = sampleOf(data);
  const expected = await outputsOf(job, data, prepared, sample, backend, session);
  return { prepared, sample, expected };
}

/** Of the test part, else of the validation part, else of training: evenly spread, since parts may be sorted by class. */
function sampleOf({ split }: TrainingData): Int32Array {
  const parts = [...splitNames].reverse().map((name) => split[name]);
  const part = parts.find(({ length }) => length > 0)!;
  const count = Math.min(part.length, comparedExamples);
  return Int32Array.from({ length: count }, (_, index) => part[Math.floor((index * part.length) / count)]!);
}

async function outputsOf(
  job: ExportJob,
  data: TrainingData,
  prepared: ExampleSet,
  sample: Int32Array,
  backend: Backend,
  session: SessionOptions,
): Promise<number[]> {
  const { runner } = await openModel(data, job.checkpoint, backend, session);
  const plan = new BatchPlan({ examples: sample, batchSize: evaluationBatch, seed: 0, shuffle: false });
  const batch = new BatchReader(prepared, plan).next();
  const { prediction } = await runner.run(batch.tensors, evaluationClock);
  await runner.dispose();
  const size = prediction!.data.length / evaluationBatch;
  return elements(prediction!).slice(0, size * batch.filled);
}
