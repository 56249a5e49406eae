// Processes and one workspace: fifty that are killed in the middle of their work, and two that work at once.
import Sqlite from 'libsql';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../../main/store/workspace.js';
import { newRun } from './newRun.js';
import { temporaryFolder } from './temporaryFolder.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let built = '';

beforeAll(async () => {
  // Inside the repository, so that Node finds the packages.
  built = mkdtempSync(join(root, 'node_modules/.descent-writer-'));
  const input = { writer: join(root, 'tests/services/store/writerProcess.ts') };
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node20',
      outDir: built,
      rolldownOptions: { input, output: { entryFileNames: '[name].mjs' } },
    },
  });
});
afterAll(() => {
  rmSync(built, { recursive: true, force: true });
});

function startWriter(folder: string, run: string, log: string, last: number, interval = 20): ChildProcess {
  return spawn(process.execPath, [join(built, 'writer.mjs'), folder, run, log, String(last), String(interval)], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
}

/** Milliseconds that a writer takes on this machine until its first step. */
async function startingTime(folder: string, run: string): Promise<number> {
  const log = join(folder, 'log-first');
  const started = performance.now();
  const writer = startWriter(folder, run, log, 1e9);
  const ended = once(writer, 'exit');
  while (!existsSync(log) && writer.exitCode === null) await setTimeout(2);
  const time = performance.now() - started;
  writer.kill('SIGKILL');
  await ended;
  return time;
}

/** What the writer was told to be safe, from its log; a torn last line is left out. */
function readLog(log: string): { kind: string; step: number; time: number }[] {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => {
    const [kind, step, time] = line.split(' ');
    return { kind: kind!, step: Number(step), time: Number(time) };
  });
}

async function checkPromises(folder: string, workspace: Workspace, run: string, log: string): Promise<void> {
  const entries = readLog(log);
  const lastTime = Math.max(0, ...entries.map(({ time }) => time));
  const safeCheckpoint = Math.max(0, ...entries.filter(({ kind }) => kind === 'checkpoint').map(({ step }) => step));
  if (safeCheckpoint > 0) {
    const checkpoint = await workspace.checkpoints(run).loadLatest();
    expect(checkpoint.step).toBeGreaterThanOrEqual(safeCheckpoint);
    expect(checkpoint.trainer).toEqual({ step: checkpoint.step });
    for (const value of checkpoint.tensors[0]!.tensor.data as Float32Array)
      if (value !== checkpoint.step) throw new Error('a torn checkpoint');
    await workspace.checkpoints(run).loadBest();
    for (const step of await workspace.checkpoints(run).steps()) expect(step % 20).toBe(0);
  }
  // In one life steps only rise: the last entry that is a second old tells how far metrics must reach.
  const safeSteps = entries.filter(({ kind, time }) => kind === 'step' && time <= lastTime - 1000);
  for (const name of workspace.metricNames(run)) {
    const steps = workspace.metric(run, name).map(({ step }) => step);
    expect(steps).toEqual(steps.map((_, index) => index + 1));
    expect(steps.length).toBeGreaterThanOrEqual(safeSteps.at(-1)?.step ?? 0);
  }
  expect(['running', 'queued', 'interrupted']).toContain(workspace.runs.find(run).status);
  const database = new Sqlite(join(folder, 'descent.sqlite'));
  expect(database.pragma('integrity_check')).toMatchObject([{ integrity_check: 'ok' }]);
  database.close();
}

test('Killed fifty times at random moments: a run loses at most its last second of metrics and never a checkpoint', async () => {
  const folder = join(temporaryFolder(), 'w');
  const workspace = openWorkspace(folder, { create: true });
  const run = workspace.runs.create(newRun);
  // As if its maker had ended: the writers claim it.
  workspace.runs.setStatus(run, 'interrupted');
  const starting = await startingTime(folder, run);
  let furthest = 0;
  for (let kill = 0; kill < 50; kill++) {
    const log = join(folder, `log-${kill}`);
    // Every tenth lives for long and saves nothing but metrics.
    const isLong = kill % 10 === 9;
    const writer = startWriter(folder, run, log, 1e9, isLong ? 100_000 : 20);
    const ended = once(writer, 'exit');
    // From before it has begun to well after it has flushed and saved several times.
    const life = isLong ? starting + 1500 : Math.random() * (starting + 400);
    await Promise.race([setTimeout(life), ended]);
    writer.kill('SIGKILL');
    const [, signal] = (await ended) as [number | null, string | null];
    if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${String(writer.stderr?.read())}`);
    await checkPromises(folder, workspace, run, log);
    expect(workspace.runs.find(run).status).not.toBe('running');
    furthest = Math.max(furthest, ...(await workspace.checkpoints(run).steps()));
  }
  expect(furthest).toBeGreaterThan(100);
  const finisher = startWriter(folder, run, join(folder, 'log-last'), furthest + 40);
  expect(await once(finisher, 'exit')).toEqual([0, null]);
  expect(workspace.runs.find(run).status).toBe('finished');
  expect(workspace.metric(run, 'train_loss')).toHaveLength(furthest + 40);
  const leftovers = readdirSync(join(workspace.runFolder(run), 'checkpoints')).filter((name) => name.endsWith('.tmp'));
  expect(leftovers).toEqual([]);
  workspace.close();
}, 240_000);

test('Two processes write to one workspace at once, and neither loses anything', async () => {
  const folder = join(temporaryFolder(), 'w');
  const workspace = openWorkspace(folder, { create: true });
  const runs = [workspace.runs.create(newRun), workspace.runs.create({ ...newRun, name: 'letters' })];
  // As if their makers had ended: the writers claim them.
  for (const run of runs) workspace.runs.setStatus(run, 'interrupted');
  const writers = runs.map((run, index) => startWriter(folder, run, join(folder, `log-${index}`), 200));
  expect(await Promise.all(writers.map((writer) => once(writer, 'exit')))).toEqual([
    [0, null],
    [0, null],
  ]);
  for (const run of runs) {
    expect(workspace.runs.find(run)).toMatchObject({ status: 'finished', step: 200 });
    for (const name of ['train_loss', 'learning_rate']) expect(workspace.metric(run, name)).toHaveLength(200);
    expect((await workspace.checkpoints(run).loadLatest()).step).toBe(200);
  }
  workspace.close();
});

test('One run belongs to one process: a second that wants it is refused', async () => {
  const folder = join(temporaryFolder(), 'w');
  const workspace = openWorkspace(folder, { create: true });
  const run = workspace.runs.create(newRun);
  workspace.runs.claim(run);
  writeFileSync(join(folder, 'log'), '');
  const second = startWriter(folder, run, join(folder, 'log'), 10);
  let complaint = '';
  second.stderr!.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(second, 'close')) as [number];
  expect(code).toBe(1);
  expect(complaint).toMatch(/run\.busy/);
  expect(workspace.runs.find(run).status).toBe('running');
  workspace.close();
});
