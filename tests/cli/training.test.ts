// The command line on real data, as processes: train, measure, apply, export, fine-tune, stop, be killed, go on.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeExamples } from '../../engine/data/encodeExamples.js';
import type { Preprocessing } from '../../engine/data/preprocessing.js';
import { commandTable } from '../../main/cli/commands/index.js';
import { loadSafetensors } from '../../main/store/safetensorsFile.js';
import { temporaryFolder } from '../services/store/temporaryFolder.js';
import {
  buildCommandLine,
  descent,
  jsonLines,
  lastLine,
  start,
  type JsonLine,
  type Running,
} from './descentProcess.js';

let shared: string;
let run: string;
let trained: JsonLine;

beforeAll(async () => {
  buildCommandLine();
  shared = await mkdtemp(join(tmpdir(), 'descent-test-'));
  const outcome = await descent(['train', 'penguins', '--json', '--threads', '1'], join(shared, 'w'));
  expect(outcome.code, outcome.err).toBe(0);
  trained = lastLine(outcome);
  run = trained.run as string;
}, 120_000);

afterAll(() => rm(shared, { recursive: true, force: true }));

const workspace = (): string => join(shared, 'w');

async function succeed(...args: string[]): Promise<JsonLine[]> {
  const outcome = await descent([...args, '--json'], workspace());
  expect(outcome.code, outcome.err).toBe(0);
  return jsonLines(outcome.out);
}

interface Penguin {
  readonly island: string;
  readonly sex: string;
  readonly numbers: readonly number[];
}
const penguins: readonly Penguin[] = [
  { island: 'Torgersen', sex: 'male', numbers: [39.1, 18.7, 181, 3750] },
  { island: 'Biscoe', sex: 'female', numbers: [46.1, 13.2, 211, 4500] },
  { island: 'Dream', sex: 'female', numbers: [46.5, 17.9, 192, 3500] },
];
const numberColumns = ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g'];

function penguinTable(): string {
  const file = join(shared, 'new.csv');
  const lines = penguins.map(({ island, sex, numbers }) => [island, ...numbers, sex].join(','));
  writeFileSync(file, [['island', ...numberColumns, 'sex'].join(','), ...lines, ''].join('\n'));
  return file;
}

async function predictedScores(): Promise<Record<string, number>[]> {
  return (await succeed('predict', run, penguinTable())).map(({ scores }) => scores as Record<string, number>);
}

async function exported(name: string, ...options: string[]): Promise<string> {
  const file = join(shared, name);
  const [line] = await succeed('export', run, '--format', 'onnx', '--out', file, ...options);
  expect(line).toMatchObject({ run, status: 'finished', comparedExamples: 64 });
  expect(line!.largestDifference).toBeLessThan(1e-4);
  return file;
}

async function metadataOf(file: string): Promise<{ preprocessing: Preprocessing; labels: string[] }> {
  const [report] = await succeed('inspect', file);
  const metadata = report!.metadata as Record<string, string>;
  expect(metadata).toMatchObject({ 'descent.run': run, 'descent.data': 'penguins' });
  return {
    preprocessing: JSON.parse(metadata['descent.preprocessing']!) as Preprocessing,
    labels: JSON.parse(metadata.labels!) as string[],
  };
}

/** Along rows of `width` logits. */
function softmax({ data }: Tensor, width: number): Float32Array {
  const powers = (data as Float32Array).map(Math.exp);
  return powers.map((power, index) => {
    const start = index - (index % width);
    return power / powers.subarray(start, start + width).reduce((sum, other) => sum + other);
  });
}

async function expectScores(file: string, feeds: Record<string, Tensor>, labels: readonly string[]): Promise<void> {
  const session = await InferenceSession.create(file);
  const { probabilities, output } = await session.run(feeds);
  const data = probabilities ? (probabilities.data as Float32Array) : softmax(output!, labels.length);
  (await predictedScores()).forEach((scores, row) =>
    labels.forEach((label, column) =>
      expect(data[row * labels.length + column]).toBeCloseTo(scores[label] ?? Number.NaN, 4),
    ),
  );
  await session.release();
}

describe('A finished run', () => {
  test('Train: the last line tells run, status and metrics; the files of the run are there', () => {
    expect(trained).toMatchObject({ status: 'finished' });
    expect((trained.metrics as Record<string, number>).test_accuracy).toBeGreaterThanOrEqual(0.95);
    const folder = join(workspace(), 'runs', run);
    for (const name of ['spec.json', 'step.onnx', 'model.onnx', 'checkpoints/best.safetensors'])
      expect(existsSync(join(folder, name)), name).toBe(true);
  });

  test('Runs and show: tell of it', async () => {
    const [listed] = (await succeed('runs')).filter((line) => line.run === run);
    expect(listed).toMatchObject({ run, status: 'finished', data: 'penguins', backend: 'native' });
    const [shown] = await succeed('show', run.slice(-4));
    expect(shown).toMatchObject({ run, metrics: trained.metrics, fault: null });
    expect(shown!.series).toEqual(expect.arrayContaining(['train_loss', 'val_loss', 'val_accuracy']));
    const { out } = await descent(['show', run], workspace());
    expect(out).toMatch(/^train_loss +[▁▂▃▄▅▆▇█]+/mu);
  });

  test('Eval: measures what training measured at its end', async () => {
    const [line] = await succeed('eval', run);
    const before = trained.metrics as Record<string, number>;
    for (const [name, value] of Object.entries(line!.metrics as Record<string, number>))
      expect(value, name).toBeCloseTo(before[name] ?? Number.NaN, 4);
    expect(Object.keys(line!.metrics as object)).toContain('test_accuracy');
    expect((await succeed('eval', run, '--split', 'train'))[0]!.metrics).toHaveProperty('train_accuracy');
  });

  test('Predict: a table gives a label and probabilities a row', async () => {
    const lines = await succeed('predict', run, penguinTable());
    expect(lines.map(({ label }) => label)).toEqual(['Adelie', 'Gentoo', 'Chinstrap']);
    for (const { scores } of lines) {
      const sum = Object.values(scores as Record<string, number>).reduce((total, score) => total + score);
      expect(sum).toBeCloseTo(1, 6);
    }
  });

  test('Export: the file gives the same probabilities on prepared inputs', async () => {
    const file = await exported('plain.onnx');
    const { preprocessing, labels } = await metadataOf(file);
    const rows = penguins.map(({ island, sex, numbers }) => ({
      island,
      sex,
      ...Object.fromEntries(numberColumns.map((name, index) => [name, numbers[index]!])),
    }));
    const { x } = encodeExamples(preprocessing, rows);
    await expectScores(file, { x: new Tensor('float32', x!.data as Float32Array, x!.shape) }, labels);
  });

  test('Export with preprocessing: the file gives the same probabilities on raw inputs', async () => {
    const file = await exported('raw.onnx', '--preprocessing');
    const { preprocessing, labels } = await metadataOf(file);
    const features = preprocessing.inputs.flatMap((input) => (input.kind === 'features' ? input.features : []));
    const category = (column: 'island' | 'sex'): Tensor => {
      const feature = features.find((candidate) => candidate.column === column);
      const categories = feature && 'categories' in feature ? feature.categories : [];
      const codes = penguins.map((penguin) => BigInt(categories.indexOf(penguin[column])));
      return new Tensor('int64', BigInt64Array.from(codes), [codes.length]);
    };
    const numbers = numberColumns.map((name, index) => {
      const column = Float32Array.from(penguins, (penguin) => penguin.numbers[index]!);
      return [name, new Tensor('float32', column, [column.length, 1])] as const;
    });
    const feeds = { island: category('island'), sex: category('sex'), ...Object.fromEntries(numbers) };
    await expectScores(file, feeds, labels);
  });

  test('Fine-tune: frozen weights stay to the bit, others move, a new head takes the place of the old', async () => {
    const file = await exported('start.onnx');
    const options = ['--data', 'penguins', '--epochs', '2', '--freeze', 'dense1*', '--threads', '1'];
    const last = (await succeed('fine-tune', file, ...options, '--replace-head')).at(-1)!;
    expect(last).toMatchObject({ status: 'finished' });
    const before = await weights(run);
    const after = await weights(last.run as string);
    const named = (state: Map<string, Uint8Array>, part: string): Uint8Array =>
      [...state].find(([name]) => name.endsWith(part) && !name.includes('adam'))![1];
    for (const part of ['dense1.weight', 'dense1.bias']) expect(named(after, part)).toEqual(named(before, part));
    for (const part of ['dense2.weight', 'dense2.bias', 'head.weight'])
      expect(named(after, part)).not.toEqual(named(before, part));
  });
});

/** Bytes of the last checkpoint's tensors, by name. */
async function weights(id: string): Promise<Map<string, Uint8Array>> {
  const folder = join(workspace(), 'runs', id, 'checkpoints');
  const file = readdirSync(folder)
    .filter((name) => name.startsWith('step-'))
    .sort()
    .at(-1)!;
  const { tensors } = await loadSafetensors(join(folder, file));
  const bytes = ({ data }: { data: ArrayBufferView }): Uint8Array =>
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return new Map([...tensors].map(([name, tensor]) => [name, bytes(tensor)]));
}

test('Names: a model of texts predicts for a text', async () => {
  const args = ['train', 'names', '--epochs', '0.05', '--threads', '1'];
  const last = (await succeed(...args)).at(-1)!;
  const [line] = await succeed('predict', last.run as string, 'Antonella');
  expect(line).toMatchObject({ input: 'Antonella', label: expect.any(String) as string });
}, 120_000);

test('Wasm: trains to the result of native', async () => {
  const args = ['train', 'penguins', '--threads', '1', '--epochs', '3'];
  const native = (await succeed(...args)).at(-1)!;
  const wasm = await succeed(...args, '--backend', 'wasm');
  expect(wasm.find(({ type }) => type === 'started')).toMatchObject({ backend: 'wasm' });
  const [a, b] = [native, wasm.at(-1)!].map(({ metrics }) => (metrics as Record<string, number>).val_loss!);
  expect(b).toBeCloseTo(a!, 4);
});

const long = ['train', 'penguins', '--json', '--threads', '1', '--epochs', '80', '--seed', '11'];

/** Every checkpoint file by its hash. */
function checkpoints(folder: string, id: string): Record<string, string> {
  const path = join(folder, 'runs', id, 'checkpoints');
  return Object.fromEntries(
    readdirSync(path).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(path, name)))
        .digest('hex'),
    ]),
  );
}

let reference: Record<string, string> | undefined;
async function uninterrupted(): Promise<Record<string, string>> {
  if (reference) return reference;
  const outcome = await descent(long, workspace());
  expect(outcome.code, outcome.err).toBe(0);
  return (reference = checkpoints(workspace(), lastLine(outcome).run as string));
}

async function resumed(folder: string, id: string): Promise<void> {
  const outcome = await descent(['resume', id, '--json'], folder);
  expect(outcome.code, outcome.err).toBe(0);
  expect(lastLine(outcome)).toMatchObject({ run: id, status: 'finished' });
  expect(checkpoints(folder, id)).toEqual(await uninterrupted());
}

async function midway(folder: string): Promise<{ running: Running; id: string }> {
  const running = start(long, folder);
  const line = await running.until(({ type, step }) => type === 'checkpoint' && (step as number) >= 80);
  return { running, id: line.run as string };
}

async function statusOf(folder: string, id: string): Promise<JsonLine> {
  const outcome = await descent(['show', id, '--json'], folder);
  expect(outcome.code, outcome.err).toBe(0);
  return lastLine(outcome);
}

describe('A run that is stopped', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: saves a checkpoint, ends with 130, and goes on to the bit',
    async (signal) => {
      const folder = join(temporaryFolder(), 'w');
      const { running, id } = await midway(folder);
      running.child.kill(signal);
      const outcome = await running.ended;
      expect(outcome.code, outcome.err).toBe(130);
      expect(lastLine(outcome)).toMatchObject({ run: id, status: 'interrupted' });
      const shown = await statusOf(folder, id);
      expect(shown.status).toBe('interrupted');
      expect(shown.checkpoints).toContain(lastLine(outcome).step);
      await resumed(folder, id);
    },
  );

  test.runIf(process.platform === 'linux')('A killed worker: failed with worker.crashed, resumable', async () => {
    const folder = join(temporaryFolder(), 'w');
    const { running, id } = await midway(folder);
    process.kill(childOf(running.child.pid!), 'SIGKILL');
    const outcome = await running.ended;
    expect(outcome.code).toBe(1);
    expect(lastLine(outcome)).toMatchObject({ run: id, status: 'failed', fault: { code: 'worker.crashed' } });
    expect(await statusOf(folder, id)).toMatchObject({ status: 'failed', fault: { code: 'worker.crashed' } });
    await resumed(folder, id);
  });

  test.runIf(process.platform === 'linux')(
    'A killed main process: reads as interrupted, leaves no process, goes on to the bit',
    async () => {
      const folder = join(temporaryFolder(), 'w');
      const { running, id } = await midway(folder);
      const worker = childOf(running.child.pid!);
      running.child.kill('SIGKILL');
      // The worker holds the same standard output: it closes when both are gone.
      await running.ended;
      expect(parentAndState(worker)?.state ?? 'Z').toMatch(/[ZX]/);
      expect((await statusOf(folder, id)).status).toBe('interrupted');
      await resumed(folder, id);
    },
  );

  test('A finished run: there is nothing to resume', async () => {
    const outcome = await descent(['resume', run, '--json'], workspace());
    expect(outcome.code).toBe(2);
    expect(lastLine(outcome)).toMatchObject({ status: 'failed', code: 'run.state' });
  });
});

function parentAndState(pid: number): { parent: number; state: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

function childOf(parent: number): number {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.find((pid) => parentAndState(pid)?.parent === parent)!;
}

test('Two runs at once in one workspace: both finish, as they would alone', async () => {
  const args = ['train', 'penguins', '--json', '--threads', '1', '--epochs', '10'];
  const folder = join(temporaryFolder(), 'w');
  const outcomes = await Promise.all([descent(args, folder), descent(args, folder)]);
  for (const { code, err } of outcomes) expect(code, err).toBe(0);
  const [first, second] = outcomes.map((outcome) => lastLine(outcome).run as string);
  expect(first).not.toBe(second);
  expect(checkpoints(folder, first!)).toEqual(checkpoints(folder, second!));
  expect(jsonLines((await descent(['runs', '--json'], folder)).out).map(({ status }) => status)).toEqual([
    'finished',
    'finished',
  ]);
});

test('Help: every command of the program explains itself', async () => {
  for (const name of Object.keys(commandTable)) {
    const { code, out, err } = await descent([name, '--help'], workspace());
    expect(code, err).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: descent ${name}`));
  }
});
