// `descent serve` as a process: one window a workspace, ended by Ctrl+C and by force, beside the command line.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { devicesService } from '../../../contract/services/devices.js';
import { filesService } from '../../../contract/services/files.js';
import { runsService } from '../../../contract/services/runs.js';
import { trainingService } from '../../../contract/services/training.js';
import { workspaceService } from '../../../contract/services/workspace.js';
import { connectTo, type OpenClient } from '../../services/channel/transports.js';
import { hostsForTests, commandLine } from './hosts.js';

const hosts = hostsForTests();
const clients: OpenClient[] = [];

async function connect(url: string): Promise<OpenClient['connection']> {
  const client = await connectTo(url);
  clients.push(client);
  return client.connection;
}
afterAll(async () => {
  for (const client of clients) await client.close();
});

interface Said {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function descent(...args: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, [commandLine, ...args], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

/** A training that would go on for long; resolves when it has saved a checkpoint. */
async function startTraining(connection: OpenClient['connection']): Promise<string> {
  const training = connection.client(trainingService);
  const saved = new Promise<void>((resolve, reject) => {
    training.on('told', (told) => {
      if (told.type === 'checkpoint') resolve();
      if (told.type === 'failed') reject(new Error(told.fault.message));
    });
  });
  const { run } = await training.start({
    request: { data: 'penguins', seed: 1, backend: 'native', epochs: 100_000, checkpointSeconds: 0.2 },
  });
  await saved;
  return run;
}

const statusOf = async (connection: OpenClient['connection'], run: string): Promise<string> =>
  (await connection.client(runsService).details({ run })).status;

test('serve: it answers, says where the workspace is, and lets nobody else read the lock', async () => {
  const folder = hosts.workspace('plain');
  const { url } = await hosts.start(folder);
  const connection = await connect(url);
  expect(await connection.client(workspaceService).information({})).toMatchObject({
    path: folder,
    name: 'plain',
    host: 'loopback',
    counts: { datasets: 0, models: 0, runs: 0 },
  });
  const status = await connection.client(workspaceService).status({});
  expect(status.memoryBytes).toBeGreaterThan(2 ** 24);
  expect(status.diskFreeBytes).toBeGreaterThan(0);
  expect(status.clients).toBe(1);
  if (process.platform !== 'win32') expect(statSync(join(folder, 'window.lock')).mode & 0o777).toBe(0o600);
});

test('serve: a second call on the workspace finds the first, with the address that lets in', async () => {
  const folder = hosts.workspace('second');
  const { url } = await hosts.start(folder);
  const { status, out } = descent('serve', '--no-open', '--json', '--workspace', folder);
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ url, isNew: false });
  const other = descent('serve', '--no-open', '--port', '4711', '--workspace', folder);
  expect(other.out).toContain('it was open already');
  expect(other.err).toContain(`--port 4711 has no effect: the workspace is open already, on port ${new URL(url).port}`);
});

test('serve: of many that start at once one shows the window and the others find it', async () => {
  const folder = hosts.workspace('race');
  const all = await Promise.all(Array.from({ length: 4 }, () => hosts.start(folder)));
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  await connect(all[0]!.url);
});

test('serve: Ctrl+C saves a checkpoint and marks the run interrupted', async () => {
  const folder = hosts.workspace('ctrl-c');
  const host = await hosts.start(folder);
  const run = await startTraining(await connect(host.url));
  await host.stop();
  expect(existsSync(join(folder, 'window.lock'))).toBe(false);
  expect(readdirSync(join(folder, 'runs', run, 'checkpoints')).length).toBeGreaterThan(0);
  const shown = JSON.parse(descent('show', run, '--json', '--workspace', folder).out) as { status: string };
  expect(shown.status).toBe('interrupted');
});

test('serve: after kill -9 it starts again under the same port, with new secrets; the run reads as interrupted', async () => {
  const folder = hosts.workspace('killed');
  const host = await hosts.start(folder);
  const run = await startTraining(await connect(host.url));
  await host.kill();
  expect(existsSync(join(folder, 'window.lock'))).toBe(true);
  const again = await hosts.start(folder);
  expect(new URL(again.url).port).toBe(new URL(host.url).port);
  expect(again.url).not.toBe(host.url);
  expect((await fetch(host.url, { redirect: 'manual' })).status).toBe(401);
  expect(await statusOf(await connect(again.url), run)).toBe('interrupted');
});

test('serve: a lock of a process that is gone, or of none, keeps nobody out', async () => {
  const folder = hosts.workspace('stale');
  await (await hosts.start(folder)).stop();
  for (const left of ['', '{"pid":', JSON.stringify({ pid: 1, startedAt: 'x', host: 'nowhere' }), '\0'.repeat(100)]) {
    writeFileSync(join(folder, 'window.lock'), left);
    const host = await hosts.start(folder);
    await connect(host.url);
    await host.stop();
  }
});

test('serve: the command line uses the same workspace at the same time', async () => {
  const folder = hosts.workspace('both');
  const connection = await connect((await hosts.start(folder)).url);
  const changed = new Promise<string>((resolve) => {
    connection.client(runsService).on('changed', ({ runs }) => {
      if (runs[0]) resolve(runs[0].run);
    });
  });
  const { status, out } = descent('train', 'penguins', '--epochs', '1', '--json', '--workspace', folder);
  expect(status).toBe(0);
  const { run } = JSON.parse(out.trim().split('\n').at(-1)!) as { run: string };
  expect(await changed).toBe(run);
  expect(await statusOf(connection, run)).toBe('finished');
});

test('serve: what windows keep outlives a crash, and other windows hear of it', async () => {
  const folder = hosts.workspace('state');
  const host = await hosts.start(folder);
  const [one, other] = [await connect(host.url), await connect(host.url)];
  const heard: string[] = [];
  one.client(workspaceService).on('stateWritten', () => heard.push('itself'));
  const told = new Promise<string>((resolve) => {
    other.client(workspaceService).on('stateWritten', ({ key }) => resolve(key));
  });
  await one.client(workspaceService).writeState({ key: 'layout', value: '{"a":1}' });
  expect(await told).toBe('layout');
  expect(heard).toEqual([]);
  await host.kill();
  const again = await connect((await hosts.start(folder)).url);
  expect(await again.client(workspaceService).readState({ key: 'layout' })).toBe('{"a":1}');
  await again.client(workspaceService).writeState({ key: 'layout', value: null });
  expect(await again.client(workspaceService).readState({ key: 'layout' })).toBeNull();
});

test('serve: the console is kept, with the lines of earlier sessions', async () => {
  const folder = hosts.workspace('console');
  const host = await hosts.start(folder);
  const workspace = (await connect(host.url)).client(workspaceService);
  await workspace.report({ level: 'warning', source: 'window', text: 'first\nsecond ]' });
  await host.kill();
  const again = (await connect((await hosts.start(folder)).url)).client(workspaceService);
  await again.report({ level: 'error', source: 'window', text: 'third' });
  const lines = (await again.log({})).filter(({ source }) => source === 'window');
  expect(lines.map(({ level, text }) => [level, text])).toEqual([
    ['warning', 'first\nsecond ]'],
    ['error', 'third'],
  ]);
  expect(readFileSync(join(folder, 'log.txt'), 'utf8')).toMatch(/^\S+Z warning \[window\] first\n {4}second \]$/m);
});

test('serve: uploads go with the window that sent them, and with a process that was killed', async () => {
  const folder = hosts.workspace('uploads');
  const host = await hosts.start(folder);
  const client = await connectTo(host.url);
  const files = client.connection.client(filesService);
  const { upload, folder: place } = await files.beginUpload({});
  await files.append({ upload, name: 'a/b.bin', bytes: Uint8Array.of(1, 2) });
  await files.append({ upload, name: 'a/b.bin', bytes: Uint8Array.of(3) });
  expect([...readFileSync(join(place, 'a/b.bin'))]).toEqual([1, 2, 3]);
  const watching = (await connect(host.url)).client(filesService);
  await client.close();
  while ((await watching.exists({ path: place })) !== null);
  const second = await watching.beginUpload({});
  await host.kill();
  expect(existsSync(second.folder)).toBe(true);
  await hosts.start(folder);
  expect(existsSync(second.folder)).toBe(false);
});

test('serve: what the machine can compute on is looked for once', async () => {
  const devices = (await connect((await hosts.start(hosts.workspace('devices'))).url)).client(devicesService);
  const [first, second] = await Promise.all([devices.list({}), devices.list({})]);
  expect(second).toEqual(first);
  expect(first.cpu.map(({ backend }) => backend)).toContain('native');
  expect(first.cores).toBeGreaterThan(0);
});

test.each([
  [['--port', '70000'], 2],
  [['--port', 'x'], 2],
  [['extra'], 2],
])('serve: %j is refused', (args, status) => {
  expect(descent('serve', '--no-open', '--workspace', hosts.workspace('refused'), ...args).status).toBe(status);
});

test('serve: a port that is taken is refused when it was asked for', async () => {
  const { url } = await hosts.start(hosts.workspace('taken'));
  const { status, err } = descent(
    ...['serve', '--no-open', '--port', new URL(url).port, '--workspace', hosts.workspace('other')],
  );
  expect(status).toBe(1);
  expect(err).toMatch(/port \d+ of 127\.0\.0\.1 cannot be had/);
});

test('serve: a folder with other things in it is no workspace', () => {
  const folder = hosts.workspace('foreign');
  mkdirSync(folder);
  writeFileSync(join(folder, 'file.txt'), '');
  const { status, err } = descent('serve', '--no-open', '--workspace', folder);
  expect(status).toBe(5);
  expect(err).toContain('holds other things');
  expect(readdirSync(folder)).toEqual(['file.txt']);
});
