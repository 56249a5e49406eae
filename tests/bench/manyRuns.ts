// Workspaces to measure the runs area with: many runs, and long curves. Everything is drawn from Philox, so that two are alike.
import { uniforms } from '../../engine/random/fields.js';
import { chunkCapacity, encodeChunk, summariseChunk } from '../../main/store/metricChunk.js';
import { Database } from '../../main/store/database.js';
import type { Workspace } from '../../main/store/workspace.js';
import type { RunSummary, RunStatus } from '../../contract/run.js';

const datasets = ['mnist', 'digits', 'iris', 'housing', 'shakespeare'];
const models = ['MLP', 'LeNet', 'ResNet-20', 'char LSTM'];
const optimizers = ['sgd', 'adam', 'adamw', 'rmsprop'];
const statuses: readonly RunStatus[] = ['finished', 'finished', 'finished', 'finished', 'interrupted', 'failed'];

/** Record number `index`: an ended run with a dozen parameters and metrics. */
export function madeUpRun(index: number, now = Date.UTC(2026, 10, 1)): RunSummary {
  const draw = uniforms({ seed: 7, purpose: 'run', step: index }, 8);
  const pick = <T>(list: readonly T[], place: number): T => list[Math.floor(draw[place]! * list.length)]!;
  const created = new Date(now - index * 217_000);
  const data = pick(datasets, 0);
  const totalSteps = 500 + Math.floor(draw[1]! * 5000);
  const accuracy = 0.6 + 0.4 * draw[2]!;
  const status = pick(statuses, 3);
  return {
    run: `${created.toISOString().slice(0, 10).replaceAll('-', '')}-${data}-${index.toString(36).padStart(4, '0')}`,
    name: `${data} ${index}`,
    status,
    data,
    model: pick(models, 4),
    backend: index % 3 ? 'native' : 'webgpu',
    seed: index % 5,
    created: created.toISOString(),
    started: created.toISOString(),
    ended: new Date(created.getTime() + totalSteps * 40).toISOString(),
    epoch: 10,
    step: status === 'finished' ? totalSteps : Math.floor(totalSteps / 2),
    totalSteps,
    metrics: {
      train_loss: 2.3 * (1 - accuracy),
      val_loss: 2.5 * (1 - accuracy),
      val_accuracy: accuracy,
      test_loss: 2.6 * (1 - accuracy),
      test_accuracy: accuracy - 0.01,
    },
    parameters: {
      epochs: 10,
      batch: [32, 64, 128][index % 3]!,
      optimizer: pick(optimizers, 5),
      learningRate: Number((10 ** (-4 + 3 * draw[6]!)).toPrecision(3)),
      schedule: index % 2 ? 'cosine' : 'constant',
      loss: 'crossEntropy',
      seed: index % 5,
      parameters: 12_000 + 37 * (index % 100),
      examples: 48_000,
    },
    tags: index % 7 === 0 ? ['baseline'] : index % 11 === 0 ? ['sweep', 'wide'] : [],
    fault: status === 'failed' ? { code: 'train.notFinite', message: 'Training: the loss must be finite.' } : null,
  };
}

/** Adds ended runs to a workspace. @returns their ids, the newest first */
export function addRuns(workspace: Workspace, count: number): string[] {
  return workspace.transaction(() =>
    Array.from({ length: count }, (_, index) => {
      const run = madeUpRun(index);
      workspace.runs.insert(run, { data: run.data, seed: run.seed, backend: run.backend });
      return run.run;
    }),
  );
}

/** Gives runs a curve each of `points` points: a noisy descent, a point a step. */
export function addCurves(workspace: Workspace, runs: readonly string[], points: number, name = 'train_loss'): void {
  const database = Database.open(`${workspace.path}/descent.sqlite`);
  try {
    database.transaction(() => runs.forEach((run, index) => addCurve(database, { run, name, points, index })));
  } finally {
    database.close();
  }
}

interface MadeUpCurve {
  readonly run: string;
  readonly name: string;
  readonly points: number;
  readonly index: number;
}

function addCurve(database: Database, { run, name, points, index }: MadeUpCurve): void {
  database.run('INSERT INTO series (run, name) VALUES (?, ?)', run, name);
  const series = Number(database.get('SELECT id FROM series WHERE run = ? AND name = ?', run, name)!.id);
  const noise = uniforms({ seed: 11, purpose: 'curve', step: index }, points);
  const began = Date.UTC(2026, 10, 1) - index * 217_000;
  for (let start = 0; start < points; start += chunkCapacity) {
    const chunk = Array.from({ length: Math.min(chunkCapacity, points - start) }, (_, place) => {
      const step = start + place + 1;
      const base = 2.2 * Math.exp((-4 * step) / points) + 0.05 + index * 0.004;
      return { step, time: began + step * 2, value: base * (1 + 0.3 * (noise[step - 1]! - 0.5)) };
    });
    const { points: held, firstStep, lastStep, lastTime, min, max, last } = summariseChunk(chunk);
    database.run(
      `INSERT INTO chunk (series, number, points, first_step, last_step, last_time, min, max, last, columns)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[series, start / chunkCapacity, held, firstStep, lastStep, lastTime, min, max, last, encodeChunk(chunk)],
    );
  }
}
