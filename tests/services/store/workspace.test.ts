// The workspace: what is opened and what is refused; runs and their states; checkpoints; full disks; whole run folders.
import Sqlite from 'libsql';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { secondsAtWork } from '../../../contract/run.js';
import type { CheckpointFrame } from '../../../contract/tensorFrame.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { diskFileSystem, type FileSystem, type OpenFile } from '../../../main/store/atomicFile.js';
import { Database } from '../../../main/store/database.js';
import { ownIdentity, isAlive } from '../../../main/store/processIdentity.js';
import { exportRunFolder, importRunFolder } from '../../../main/store/runFolder.js';
import { isRunId, makeRunId } from '../../../main/store/runId.js';
import { storeError } from '../../../main/store/storeError.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import { newRun } from './newRun.js';
import { temporaryFolder } from './temporaryFolder.js';

function checkpointAt(step: number): CheckpointFrame {
  const tensors = [{ name: 'w', tensor: tensorOf('float32', [4], [step, 1, 2, 3]) }];
  return { step, epoch: step / 10, tensors, trainer: { seed: 7, best: 0.1 + step } };
}

/** Fails like a disk that is full once `bytes` were written. */
function fullAfter(bytes: number): FileSystem {
  let left = bytes;
  return {
    ...diskFileSystem,
    open: async (path, flags) => {
      const handle = await diskFileSystem.open(path, flags);
      if (flags === 'r') return handle;
      const write: OpenFile['write'] = async (buffer, offset, length) => {
        if (left <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        const result = await handle.write(buffer, offset, Math.min(length, left));
        left -= result.bytesWritten;
        return result;
      };
      return { write, sync: () => handle.sync(), close: () => handle.close() };
    },
  };
}

test('Opening: a missing folder is an error unless it is to be made', () => {
  const folder = join(temporaryFolder(), 'new');
  expect(() => openWorkspace(folder, { create: false })).toThrow(
    expect.objectContaining({ code: 'workspace.notFound' }),
  );
  expect(existsSync(folder)).toBe(false);
  openWorkspace(folder, { create: true }).close();
  openWorkspace(folder, { create: false }).close();
});

test('Opening: a folder with other things in it never becomes a workspace', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'letter.txt'), 'Dear');
  expect(() => openWorkspace(folder, { create: true })).toThrow(expect.objectContaining({ code: 'workspace.foreign' }));
  expect(readdirSync(folder)).toEqual(['letter.txt']);
});

test('Opening: a workspace of a newer version is refused and left alone', () => {
  const folder = temporaryFolder();
  openWorkspace(folder, { create: true }).close();
  const database = new Sqlite(join(folder, 'descent.sqlite'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => openWorkspace(folder, { create: true })).toThrow(expect.objectContaining({ code: 'workspace.newer' }));
});

test.each([
  ['a foreign database', 'workspace.foreign'],
  ['no database at all', 'workspace.corrupt'],
])('Opening: %s under the name is refused', (what, code) => {
  const folder = temporaryFolder();
  const path = join(folder, 'descent.sqlite');
  if (what === 'a foreign database') {
    const database = new Sqlite(path);
    database.exec('CREATE TABLE note (text TEXT)');
    database.close();
  } else writeFileSync(path, 'this is not a database '.repeat(100));
  const before = readFileSync(path);
  expect(() => openWorkspace(folder, { create: true })).toThrow(expect.objectContaining({ code }));
  expect(readFileSync(path)).toEqual(before);
});

test('Run names: sort by day, hold no look-alikes, and are harmless as folders', () => {
  const id = makeRunId('My  Köln/../data', new Date('2026-11-21T23:59:00Z'));
  expect(id).toMatch(/^20261121-my-k-ln-data-[2-9a-hjkmnp-z]{4}$/);
  expect(isRunId(id)).toBe(true);
  expect(['..', 'a/b', '', 'A', '-x'].filter(isRunId)).toEqual([]);
});

test('Runs: are found by the beginning or the end of their names, when that is one', () => {
  const workspace = openWorkspace(join(temporaryFolder(), 'w'), { create: true });
  const first = workspace.runs.create(newRun);
  const second = workspace.runs.create({ ...newRun, name: 'letters' });
  expect(workspace.runs.find(first.slice(0, -2)).run).toBe(first);
  expect(workspace.runs.find(second.slice(-4)).run).toBe(second);
  expect(() => workspace.runs.find(first.slice(0, 8))).toThrow(expect.objectContaining({ code: 'run.ambiguous' }));
  for (const name of ['', '%', 'nothing'])
    expect(() => workspace.runs.find(name)).toThrow(expect.objectContaining({ code: 'run.notFound' }));
  workspace.close();
});

test('Runs: parameters, tags and metrics come back with their types', () => {
  const workspace = openWorkspace(join(temporaryFolder(), 'w'), { create: true });
  const run = workspace.runs.create(newRun);
  workspace.runs.setParameters(run, { lr: 1e-3, nesterov: true, optimizer: 'sgd', clip: null });
  workspace.runs.tag(run, 'baseline');
  workspace.runs.update(run, { step: 5, epoch: 0.5, totalSteps: 10, metrics: { val_loss: 0.25, val_auc: NaN } });
  workspace.runs.update(run, { metrics: { val_loss: 0.125 } });
  const found = workspace.runs.list({ tag: 'baseline' })[0]!;
  expect(found.parameters).toEqual({ lr: 1e-3, nesterov: true, optimizer: 'sgd', clip: null });
  expect(found).toMatchObject({
    step: 5,
    totalSteps: 10,
    metrics: { val_loss: 0.125, val_auc: null },
    tags: ['baseline'],
  });
  workspace.removeRun(run);
  expect(workspace.runs.list()).toEqual([]);
  workspace.close();
});

test('Runs: pauses, the time between sittings and that after a crash are no time at work', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  const pass = (seconds: number): unknown => vi.setSystemTime(Date.now() + seconds * 1000);
  const folder = join(temporaryFolder(), 'w');
  const workspace = openWorkspace(folder, { create: true });
  const { runs } = workspace;
  const run = runs.create(newRun);
  const worked = (): number | null => secondsAtWork(runs.find(run));
  expect(worked()).toBeNull();
  pass(5);
  runs.claim(run);
  pass(10);
  expect(worked()).toBe(10);
  runs.setStatus(run, 'paused');
  pass(100);
  expect(worked()).toBe(10);
  runs.setStatus(run, 'running');
  pass(3);
  runs.setStatus(run, 'interrupted');
  pass(1000);
  runs.enqueue(run);
  pass(1000);
  expect(worked()).toBe(13);
  runs.claim(run);
  pass(7);
  runs.update(run, { step: 5 });
  pass(2);
  expect(worked()).toBe(22);
  // Its process dies: what it told last counts, however late one looks.
  const database = new Sqlite(join(folder, 'descent.sqlite'));
  database.prepare("UPDATE run SET process_started = 'another boot:1'").run();
  database.close();
  pass(5000);
  expect(worked()).toBe(20);
  // Measuring it afterwards is no training.
  runs.update(run, { metrics: { test_loss: 1 } });
  expect(worked()).toBe(20);
  workspace.close();
  vi.useRealTimers();
});

test('Runs: a run whose process is gone reads as interrupted, and can be claimed', () => {
  const folder = join(temporaryFolder(), 'w');
  const workspace = openWorkspace(folder, { create: true });
  const run = workspace.runs.create(newRun);
  workspace.runs.claim(run);
  expect(workspace.runs.find(run).status).toBe('running');
  const database = new Sqlite(join(folder, 'descent.sqlite'));
  const { pid } = spawnSync(process.execPath, ['--version']);
  database.prepare('UPDATE run SET pid = ?').run(pid);
  expect(workspace.runs.find(run).status).toBe('interrupted');
  expect(workspace.runs.list({ status: 'interrupted' })).toHaveLength(1);
  // The number is in use again, by a process that started at another time.
  database.prepare('UPDATE run SET pid = ?, process_started = ?').run(process.pid, 'another boot:1');
  expect(workspace.runs.find(run).status).toBe('interrupted');
  workspace.runs.claim(run);
  expect(workspace.runs.find(run).status).toBe('running');
  // A living process of another number has it.
  database.prepare('UPDATE run SET pid = ?, process_started = ?').run(process.ppid, '');
  expect(() => workspace.runs.claim(run)).toThrow(expect.objectContaining({ code: 'run.busy' }));
  expect(isAlive(ownIdentity())).toBe(true);
  database.close();
  workspace.close();
});

test('Checkpoints: hold every tensor and the trainer state; the last few and the best are kept', async () => {
  const workspace = openWorkspace(join(temporaryFolder(), 'w'), { create: true });
  const store = workspace.checkpoints('a-run');
  for (let step = 1; step <= 6; step++) await store.save(checkpointAt(step), { keep: 2, best: step === 3 });
  expect(await store.steps()).toEqual([5, 6]);
  expect(await store.loadLatest()).toEqual(checkpointAt(6));
  expect(await store.loadBest()).toEqual(checkpointAt(3));
  workspace.close();
});

test('Checkpoints: damage to the latest costs only the steps since the one before', async () => {
  const workspace = openWorkspace(join(temporaryFolder(), 'w'), { create: true });
  const store = workspace.checkpoints('a-run');
  for (const step of [1, 2]) await store.save(checkpointAt(step), { keep: 3, best: false });
  const folder = join(workspace.runFolder('a-run'), 'checkpoints');
  const latest = join(folder, readdirSync(folder).sort().at(-1)!);
  const bytes = readFileSync(latest);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(latest, bytes);
  expect((await store.loadLatest()).step).toBe(1);
  await expect(workspace.checkpoints('none').loadLatest()).rejects.toMatchObject({ code: 'checkpoint.notFound' });
  workspace.close();
});

test('Full disk: a checkpoint that does not fit leaves the ones before it, and nothing else', async () => {
  const folder = join(temporaryFolder(), 'w');
  const workspace = openWorkspace(folder, { create: true });
  await workspace.checkpoints('a-run').save(checkpointAt(1), { keep: 1, best: true });
  for (const bytes of [0, 10, 100]) {
    const full = openWorkspace(folder, { create: false }, fullAfter(bytes));
    await expect(full.checkpoints('a-run').save(checkpointAt(2), { keep: 1, best: true })).rejects.toMatchObject({
      code: 'store.diskFull',
    });
    full.close();
  }
  const files = readdirSync(join(workspace.runFolder('a-run'), 'checkpoints'));
  expect(files.sort()).toEqual(['best.safetensors', 'step-000000001.safetensors']);
  expect(await workspace.checkpoints('a-run').loadLatest()).toEqual(checkpointAt(1));
  workspace.close();
});

test('A disk without room for the file that processes share is told as one that is full or failing', () => {
  const error = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_SHMSIZE' });
  expect(storeError(error, 'Workspace database')).toMatchObject({
    code: 'store.failed',
    message: expect.stringMatching(/^Workspace database: .*free some space/) as string,
  });
});

test('Runs: an end that the full disk does not take is known all the same, and written when there is room', () => {
  const folder = temporaryFolder();
  const workspace = openWorkspace(folder, { create: true });
  const { runs } = workspace;
  const [run, other] = [runs.create(newRun), runs.create(newRun)];
  runs.claim(run);
  const full = vi.spyOn(Database.prototype, 'run').mockImplementation(() => {
    throw new EngineError('store.diskFull', 'Workspace database: the disk is full.');
  });
  const fault = { code: 'store.diskFull', message: 'the disk is full' };
  runs.end(run, { status: 'failed', fault });
  expect(runs.writeEnds()).toEqual([run]);
  expect(runs.find(run)).toMatchObject({ status: 'failed', fault });
  expect(
    runs
      .list()
      .map(({ status }) => status)
      .sort(),
  ).toEqual(['failed', 'queued']);
  full.mockRestore();

  const elsewhere = openWorkspace(folder, { create: false });
  expect(elsewhere.runs.find(run).status).toBe('running');
  expect(runs.writeEnds()).toEqual([]);
  expect(elsewhere.runs.find(run)).toMatchObject({ status: 'failed', fault });
  expect(runs.find(other).status).toBe('queued');
  elsewhere.close();
  workspace.close();
});

test('Run folders: a run goes whole to another workspace, metrics and checkpoints included', async () => {
  const folder = temporaryFolder();
  const source = openWorkspace(join(folder, 'source'), { create: true });
  const run = source.runs.create(newRun);
  source.runs.claim(run);
  const writer = source.metricWriter(run);
  for (let step = 0; step < 1500; step++) writer.add('loss', step, step === 3 ? NaN : 1 / (step + 1));
  writer.close();
  await source.checkpoints(run).save(checkpointAt(4), { keep: 1, best: true });
  source.runs.update(run, { metrics: { test_accuracy: 0.5 } });
  source.runs.setStatus(run, 'finished');
  const cancelled = new AbortController();
  const onStep = (step: string): void => {
    if (step === 'reloading') cancelled.abort();
  };
  const { signal } = cancelled;
  const refused = exportRunFolder(source, run, join(folder, 'carried'), { onStep, signal });
  await expect(refused).rejects.toMatchObject({ code: 'call.cancelled' });
  expect(readdirSync(folder)).toEqual(['source']);
  // Whatever changed the copy: it is seen, and copied again.
  const damage = (step: string): void => {
    const staging = readdirSync(folder).find((name) => name.startsWith('.carried'));
    if (step === 'reloading') writeFileSync(join(folder, staging!, 'checkpoints', 'best.safetensors'), 'damaged');
  };
  // What a killed process left is removed, what a living one writes or others called so is not.
  const gone = spawnSync(process.execPath, ['--version']).pid;
  mkdirSync(join(folder, `.old.exporting-${gone}`, 'checkpoints'), { recursive: true });
  mkdirSync(join(folder, `.other.exporting-${process.ppid}`));
  const copied = await exportRunFolder(source, run, join(folder, 'carried'), { onStep: damage });
  expect(readdirSync(folder).sort()).toEqual([`.other.exporting-${process.ppid}`, 'carried', 'source']);
  expect(copied.files).toBe(readdirSync(join(folder, 'carried'), { recursive: true }).length - 1);
  await expect(exportRunFolder(source, run, join(folder, 'carried'))).rejects.toMatchObject({ code: 'run.state' });

  const target = openWorkspace(join(folder, 'target'), { create: true });
  expect(await importRunFolder(target, join(folder, 'carried'))).toBe(run);
  expect(target.runs.find(run)).toEqual(source.runs.find(run));
  expect(target.metric(run, 'loss')).toEqual(source.metric(run, 'loss'));
  expect(await target.checkpoints(run).loadBest()).toEqual(checkpointAt(4));
  await expect(importRunFolder(target, join(folder, 'carried'))).rejects.toMatchObject({ code: 'run.state' });
  source.close();
  target.close();
});

test.each([
  ['no JSON', '{'],
  ['another format', '{"format":"other"}'],
  [
    'a name that leads elsewhere',
    '{"format":"descent-run","version":1,"summary":{"run":"../../etc"},"request":{},"metrics":[]}',
  ],
])('Run folders: %s is refused', async (_, text) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'carried'));
  writeFileSync(join(folder, 'carried', 'run.json'), text);
  const workspace = openWorkspace(join(folder, 'w'), { create: true });
  await expect(importRunFolder(workspace, join(folder, 'carried'))).rejects.toMatchObject({ code: 'input.runFolder' });
  expect(workspace.runs.list()).toEqual([]);
  workspace.close();
});
