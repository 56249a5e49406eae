// Bad input through the command line: an exit code, one sentence that says what is wrong and where, nothing lost.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeModel } from '../../engine/onnx/encode.js';
import { Graph, Node, Value } from '../../engine/ir/graph.js';
import { tensorOf } from '../../engine/ir/tensor.js';
import { loadSafetensors } from '../../main/store/safetensorsFile.js';
import { buildCommandLine, descent, jsonLines, lastLine, type Outcome } from './descentProcess.js';

let folder: string;
let run: string;
const at = (name: string): string => join(folder, name);
const workspace = (): string => at('w');
const quick = ['--epochs', '1', '--threads', '1'];

beforeAll(async () => {
  buildCommandLine();
  folder = await mkdtemp(join(tmpdir(), 'descent-test-'));
  writeFileSync(
    at('good.csv'),
    table((row) => [row, (row * 2) % 7, row % 2 ? 'p' : 'q']),
  );
  const outcome = await descent(['train', 'mlp', '--data', at('good.csv'), ...quick, '--json'], workspace());
  expect(outcome.code, outcome.err).toBe(0);
  run = lastLine(outcome).run as string;
  await descent(['train', 'mlp', '--data', at('good.csv'), ...quick], workspace());
  expect((await descent(['export', run, '--out', at('good.onnx')], workspace())).code).toBe(0);
  writeFiles();
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function table(row: (index: number) => readonly (string | number)[], rows = 40): string {
  const lines = Array.from({ length: rows }, (_, index) => row(index).join(','));
  return ['a,b,y', ...lines, ''].join('\n');
}

function writeFiles(): void {
  const model = readFileSync(at('good.onnx'));
  const files: Record<string, string | Uint8Array> = {
    'truncated.onnx': model.subarray(0, model.length >> 1),
    'garbage.onnx': Uint8Array.from({ length: 4000 }, (_, index) => (index * 167 + 91) % 256),
    'empty.onnx': '',
    'huge.onnx': hugeModel(),
    'ragged.csv': 'a,b,y\n1,2,p\n3,4\n',
    'noHeader.csv': table((row) => [row, row, row % 2 ? 'p' : 'q']).replace('a,b,y\n', ''),
    'unlabelled.csv': table((row) => [row, row, row % 3 ? 'p' : '']),
    'oneClass.csv': table((row) => [row, row, 'p']),
    'oneRow.csv': table(() => [1, 2, 'p'], 1),
    'noRow.csv': table(() => [], 0),
    'empty.csv': '',
    'text.json': '{"version":',
    'list.json': '[]',
    'layer.json': specification([{ id: 'd', type: 'Dens', options: { units: 2 } }]),
    'option.json': specification([{ id: 'd', type: 'Dense', options: { units: 2, unitz: 3 } }]),
    'width.json': specification([{ id: 'd', type: 'Dense', options: { units: 5 } }]),
    'newer.json': specification([{ id: 'd', type: 'Dense', options: { units: 2 } }], 99),
    'cycle.json': specification([
      { id: 'e', type: 'Dense', options: { units: 2 }, inputs: ['d'] },
      { id: 'd', type: 'Dense', options: { units: 2 }, inputs: ['e'] },
    ]),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  mkdirSync(at('emptyFolder'));
  mkdirSync(at('foreign'));
  writeFileSync(at('foreign/letter.txt'), 'not a workspace');
  mkdirSync(at('newer'));
  const database = new Sqlite(at('newer/descent.sqlite'));
  database.exec('CREATE TABLE later (x); PRAGMA application_id = 0x44534e54; PRAGMA user_version = 999');
  database.close();
}

function specification(layers: readonly Record<string, unknown>[], version = 1): string {
  const inputs = [{ id: 'x', shape: [2], dtype: 'float32' }];
  return JSON.stringify({ version, name: 'm', inputs, layers, outputs: ['d'] });
}

/** A few bytes that ask for 4 TB: sizes in a file are claims. */
function hugeModel(): Uint8Array {
  const graph = new Graph('huge');
  const x = new Value('x', { dtype: 'float32', shape: ['batch', 2] });
  const shape = new Value('shape', { dtype: 'int64', shape: [2] });
  shape.constant = tensorOf('int64', [2], [1_000_000, 1_000_000]);
  const big = new Value('big');
  const y = new Value('y', { dtype: 'float32', shape: [1_000_000, 1_000_000] });
  graph.inputs = [x];
  graph.nodes = [new Node('ConstantOfShape', 'fill', [shape], [big]), new Node('Add', 'add', [big, big], [y])];
  graph.outputs = [y];
  return encodeModel(graph);
}

/** The same fault on standard error in words and on standard output as an object; no trace of the program. */
function expectFault(outcome: Outcome, code: number, fault: string, words: RegExp): void {
  expect(outcome.code, outcome.err).toBe(code);
  const line = lastLine(outcome);
  const told = (line.fault ?? line) as { code: string; message: string };
  expect(line.status).toBe('failed');
  expect(told.code).toBe(fault);
  expect(told.message).toMatch(words);
  expect(told.message.split('\n').length).toBeLessThan(6);
  expect(outcome.err).toMatch(/^Error: /m);
  expect(outcome.err + told.message).not.toMatch(/^\s+at |node:internal|\.ts:\d/m);
}

const train = (data: string) => (): string[] => ['train', 'mlp', '--data', at(data), ...quick];
const spec = (name: string) => (): string[] => ['train', at(name), '--data', at('good.csv'), ...quick];
const tune = (name: string) => (): string[] => ['fine-tune', at(name), '--data', at('good.csv'), ...quick];
const inspect = (name: string) => (): string[] => ['inspect', at(name)];

describe('Bad input', () => {
  test.each<[what: string, args: () => string[], code: number, fault: string, words: RegExp]>([
    ['ONNX: truncated, fine-tuned', tune('truncated.onnx'), 3, 'onnx.malformed', /truncated/],
    ['ONNX: truncated, inspected', inspect('truncated.onnx'), 3, 'onnx.malformed', /truncated/],
    ['ONNX: garbage, fine-tuned', tune('garbage.onnx'), 3, 'onnx.malformed', /must be an ONNX/],
    ['ONNX: garbage, inspected', inspect('garbage.onnx'), 3, 'onnx.malformed', /must be an ONNX/],
    ['ONNX: no bytes, inspected', inspect('empty.onnx'), 3, 'onnx.malformed', /must be an ONNX/],
    ['ONNX: no file, fine-tuned', tune('absent.onnx'), 4, 'file.notFound', /absent\.onnx'/],
    ['ONNX: no file, inspected', inspect('absent.onnx'), 4, 'file.notFound', /absent\.onnx'/],
    ['CSV: ragged', train('ragged.csv'), 3, 'data.csv', /line 3: every row must have 3 fields .* got 2/],
    ['CSV: unlabelled rows leave one class', train('unlabelled.csv'), 3, 'data.target', /at least 2 classes/],
    ['CSV: one class', train('oneClass.csv'), 3, 'data.target', /at least 2 classes in 'y', got only 'p'/],
    ['CSV: one row', train('oneRow.csv'), 3, 'data.tooFew', /at least 3 examples .* got 1/],
    ['CSV: no row', train('noRow.csv'), 3, 'data.tooFew', /got 0/],
    ['CSV: no bytes', train('empty.csv'), 3, 'data.empty', /the file is empty/],
    ['CSV: no such file', train('absent.csv'), 4, 'data.notFound', /absent\.csv/],
    ['CSV: no such column', () => [...train('good.csv')(), '--target', 'z'], 3, 'data.column', /'z'/],
    ['Folder: empty', train('emptyFolder'), 3, 'data.empty', /the folder is empty/],
    ['Specification: no JSON', spec('text.json'), 3, 'input.specification', /must be a JSON object/],
    ['Specification: a list', spec('list.json'), 3, 'input.specification', /must be a JSON object/],
    ['Specification: unknown layer', spec('layer.json'), 3, 'model.invalid', /'Dens'; did you mean Dense/],
    ['Specification: unknown option', spec('option.json'), 3, 'model.invalid', /'unitz'; did you mean units/],
    ['Specification: a cycle', spec('cycle.json'), 3, 'model.invalid', /its own output/],
    ['Specification: of a newer version', spec('newer.json'), 3, 'spec.invalid', /99/],
    ['Specification: output width', spec('width.json'), 3, 'model.output', /must be 2 for target 'y'.* got shape/],
    ['Objective: text', () => ['train', 'names', '--objective', 'reconstruct'], 3, 'data.reconstruction', /is text/],
    ['Optimizer: unknown', () => [...train('good.csv')(), '--optimizer', 'adem'], 3, 'optimizer.unknown', /adem/],
    ['Run: missing', () => ['resume', 'zzzz'], 4, 'run.notFound', /no such run/],
    ['Run: ambiguous', () => ['show', run.slice(0, 6)], 2, 'run.ambiguous', /several runs fit/],
    ['Predict: no such file', () => ['predict', run, at('absent.csv')], 4, 'file.notFound', /absent\.csv/],
    ['Import: a folder with nothing in it', () => ['import', at('emptyFolder')], 3, 'data.empty', /empty/],
    ['Workspace: foreign', () => ['runs', '--workspace', at('foreign')], 5, 'workspace.foreign', /other things/],
    ['Workspace: missing', () => ['runs', '--workspace', at('absent')], 4, 'workspace.notFound', /there is none/],
    ['Workspace: a file', () => ['runs', '--workspace', at('good.csv')], 5, 'workspace.foreign', /must be a folder/],
  ])('%s', async (_, args, code, fault, words) => {
    const outcome = await descent([...args(), '--json'], workspace());
    expectFault(outcome, code, fault, words);
  });

  test('After all of these: no run has come, none is gone', async () => {
    expect(jsonLines((await descent(['runs', '--json'], workspace())).out)).toHaveLength(2);
  });

  test('ONNX: a small file that asks for 4 TB is reported on without making them', async () => {
    const outcome = await descent(['inspect', at('huge.onnx'), '--json'], workspace());
    expect(outcome.code, outcome.err).toBe(0);
    expect(lastLine(outcome).activationBytes).toBe(8e12);
    expectFault(await descent([...tune('huge.onnx')(), '--json'], workspace()), 3, 'op.invalid', /1000000/);
  });

  test('CSV: no header and missing numbers are read by the stated rules', async () => {
    writeFileSync(
      at('gaps.csv'),
      table((row) => [row % 4 ? row : 'NaN', row, row % 2 ? 'p' : 'q']),
    );
    for (const data of ['noHeader.csv', 'gaps.csv']) {
      const outcome = await descent([...train(data)(), '--json'], at(`w-${data}`));
      expect(outcome.code, outcome.err).toBe(0);
      expect(lastLine(outcome)).toMatchObject({ status: 'finished' });
    }
  });

  test('Workspace of a newer version: refused, and not touched', async () => {
    const before = readFileSync(at('newer/descent.sqlite'));
    const outcome = await descent(['runs', '--json'], at('newer'));
    expect(outcome.code).toBe(5);
    expect(lastLine(outcome).code).toMatch(/^workspace\.(newer|foreign)$/);
    expect(readFileSync(at('newer/descent.sqlite'))).toEqual(before);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('Workspace: not writable', async () => {
    mkdirSync(at('locked'), { mode: 0o500 });
    const outcome = await descent(['train', 'penguins', ...quick, '--json'], at('locked/w'));
    chmodSync(at('locked'), 0o700);
    expectFault(outcome, 5, 'store.notWritable', /permissions/);
  });
});

test.each([
  ['in the computation', '3', /the first (infinity|NaN) is in [A-Z]\w+ '/, 2],
  ['in the weights', '1e5', /the first (infinity|NaN) is in state '[\w/.]*weight'/, 1],
])('A loss that is not finite %s: the run fails, names the tensor, keeps good checkpoints only', async (...row) => {
  const [, rate, words, kept] = row;
  const args = ['train', 'concrete', '--optimizer', 'sgd', '--lr', rate, '--epochs', '3', '--threads', '1', '--json'];
  const place = at(`diverging-${rate}`);
  const outcome = await descent(args, place);
  expectFault(outcome, 1, 'train.notFinite', words);
  const id = lastLine(outcome).run as string;
  const checkpoints = join(place, 'runs', id, 'checkpoints');
  const names = existsSync(checkpoints) ? readdirSync(checkpoints) : [];
  expect(names).toHaveLength(kept);
  for (const name of names) {
    const { tensors } = await loadSafetensors(join(checkpoints, name));
    for (const { dtype, data } of tensors.values())
      if (dtype === 'float32') expect((data as Float32Array).every(Number.isFinite)).toBe(true);
  }
  expect(lastLine(await descent(['show', id, '--json'], place))).toMatchObject({ status: 'failed' });
});

/** Mounting needs rights that a user's shell seldom has; the store's own tests make every write fail instead. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

function canMount(): boolean {
  const place = join(tmpdir(), `descent-mount-${process.pid}`);
  mkdirSync(place);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
  if (status === 0) spawnSync('umount', [place]);
  rmSync(place, { recursive: true });
  return status === 0;
}

test.runIf(mayMount)('A full disk: the training stops loudly, and goes on when there is space', async () => {
  const place = at('disk');
  mkdirSync(place);
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', place]);
  try {
    const args = ['train', 'penguins', '--threads', '1', '--keep-checkpoints', '1000', '--epochs', '200', '--json'];
    const outcome = await descent(args, join(place, 'w'));
    expectFault(outcome, 5, 'store.diskFull', /disk is full/);
    const id = lastLine(outcome).run as string;
    spawnSync('mount', ['-o', 'remount,size=64m', place]);
    const again = await descent(['resume', id, '--json'], join(place, 'w'));
    expect(again.code, again.err).toBe(0);
    expect(jsonLines(again.out).find(({ type }) => type === 'started')!.resumedFrom).toBeGreaterThan(0);
  } finally {
    spawnSync('umount', [place]);
  }
});
