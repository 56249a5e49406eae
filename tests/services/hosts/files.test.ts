// Files of the workbench: browsing, uploads that stay in their folder, the console's file, temporary folders.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import type { CallContext } from '../../../contract/service.js';
import type { LogLine } from '../../../contract/services/workspace.js';
import { makeFilesService } from '../../../main/services/workbench/files.js';
import { Log, parseLines, printLine } from '../../../main/services/workbench/log.js';
import type { WorkbenchPorts } from '../../../main/services/workbench/ports.js';
import { TemporaryFolders } from '../../../main/services/workbench/temporaryFolders.js';
import { Uploads } from '../../../main/services/workbench/uploads.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

/** As the contract fills in what is left out. */
const shown = { hidden: false, endings: null };

const context: CallContext = {
  signal: new AbortController().signal,
  progress: () => undefined,
  caller: 'client-1',
};

function filesOf(folder: string): ReturnType<typeof makeFilesService> {
  const ports = { workspace: { path: folder }, hub: new ServiceHub(), temporaryFolder: () => folder };
  return makeFilesService(ports as unknown as WorkbenchPorts);
}

describe('Files', () => {
  test('a folder lists folders first, then files by name with numbers in order; hidden ones on demand', async () => {
    const folder = temporaryFolder();
    for (const name of ['b', 'a']) mkdirSync(join(folder, name));
    for (const name of ['f10.txt', 'f9.txt', '.hidden']) writeFileSync(join(folder, name), 'abc');
    symlinkSync(join(folder, 'missing'), join(folder, 'dangling'));
    const files = filesOf(folder);
    const listing = await files.list({ path: folder, ...shown }, context);
    expect(listing.entries.map(({ name }) => name)).toEqual(['a', 'b', 'f9.txt', 'f10.txt']);
    expect(listing.entries[2]).toMatchObject({ kind: 'file', bytes: 3, path: join(folder, 'f9.txt') });
    expect(listing).toMatchObject({ path: folder, truncated: false });
    expect((await files.list({ path: folder, ...shown, hidden: true }, context)).entries).toHaveLength(5);
    expect((await files.list({ path: '/', ...shown }, context)).parent).toBeNull();
  });

  test('of many files those with an ending are found, and folders behind links first', async () => {
    const folder = temporaryFolder();
    for (let index = 0; index < 300; index++) writeFileSync(join(folder, `a${index}.png`), '');
    mkdirSync(join(folder, 'z'));
    writeFileSync(join(folder, 'z', 'inner.onnx'), '');
    symlinkSync(join(folder, 'z'), join(folder, 'zz link'));
    symlinkSync(join(folder, 'z', 'inner.onnx'), join(folder, 'b link.ONNX'));
    symlinkSync(join(folder, 'a1.png'), join(folder, 'c link'));
    const files = filesOf(folder);
    const list = async (endings: string[] | null): Promise<string[]> =>
      (await files.list({ path: folder, hidden: false, endings }, context)).entries.map(({ name }) => name);
    expect(await list(['.onnx'])).toEqual(['z', 'zz link', 'b link.ONNX']);
    expect(await list([])).toEqual(['z', 'zz link']);
    const all = await list(null);
    expect(all).toHaveLength(304);
    expect(all.slice(0, 3)).toEqual(['z', 'zz link', 'a0.png']);
  });

  test('a folder that is not there, or a path that is relative, is refused', async () => {
    const files = filesOf(temporaryFolder());
    await expect(files.list({ path: '/not/there', ...shown }, context)).rejects.toMatchObject({
      code: 'file.notFound',
    });
    await expect((async () => files.list({ path: 'here', ...shown }, context))()).rejects.toMatchObject({
      code: 'file.notFound',
    });
  });

  test('a new folder has one name', async () => {
    const folder = temporaryFolder();
    const files = filesOf(folder);
    expect(await files.makeFolder({ parent: folder, name: 'new' }, context)).toEqual({ path: join(folder, 'new') });
    for (const name of ['new', '..', '../x', 'a/b', 'a\\b'])
      await expect(files.makeFolder({ parent: folder, name }, context)).rejects.toMatchObject({
        code: 'usage.arguments',
      });
    expect(readdirSync(folder)).toEqual(['new']);
  });

  test('places are those that exist', async () => {
    const { home, workspace, places } = await filesOf('/workspace').places({}, context);
    expect([home, workspace]).toEqual([homedir(), '/workspace']);
    for (const { path } of places) expect(existsSync(path), path).toBe(true);
  });
});

describe('Uploads', () => {
  const bytes = Uint8Array.of(1, 2, 3);

  function make(limits?: ConstructorParameters<typeof Uploads>[1]): { root: string; uploads: Uploads } {
    const root = temporaryFolder();
    let made = 0;
    const makeFolder = (): string => {
      const folder = join(root, `u${++made}`);
      mkdirSync(folder);
      return folder;
    };
    return { root, uploads: new Uploads(makeFolder, limits) };
  }

  test('pieces are written in the order of the calls', async () => {
    const { uploads } = make();
    const { upload, folder } = uploads.begin('a');
    const pieces = Array.from({ length: 50 }, (_, at) =>
      uploads.append('a', upload, 'deep/er/file', Uint8Array.of(at)),
    );
    await Promise.all(pieces);
    expect([...readFileSync(join(folder, 'deep/er/file'))]).toEqual(Array.from({ length: 50 }, (_, at) => at));
  });

  test.each(['../x', 'a/../../x', '/etc/x', 'a//b', 'a/./b', '..', '', 'a\\..\\x', 'a\0b', 'a/'])(
    'a name that leads elsewhere is refused: %j',
    async (name) => {
      const { root, uploads } = make();
      const { upload } = uploads.begin('a');
      await expect(uploads.append('a', upload, name, bytes)).rejects.toMatchObject({ code: 'usage.arguments' });
      expect(readdirSync(root)).toEqual(['u1']);
      expect(readdirSync(join(root, 'u1'))).toEqual([]);
    },
  );

  test('only the window that began it may go on with it', async () => {
    const { uploads } = make();
    const { upload } = uploads.begin('a');
    await expect((async () => uploads.append('b', upload, 'x', bytes))()).rejects.toMatchObject({
      code: 'usage.arguments',
    });
    await expect(uploads.discard('b', upload)).rejects.toMatchObject({ code: 'usage.arguments' });
    await uploads.append('a', upload, 'x', bytes);
  });

  test('there are bounds to uploads, files and the disk', async () => {
    const { uploads } = make({ uploads: 2, files: 1, reserve: 0 });
    const { upload } = uploads.begin('a');
    uploads.begin('a');
    expect(() => uploads.begin('a')).toThrow(/at most 2/);
    uploads.begin('b');
    await uploads.append('a', upload, 'x', bytes);
    await uploads.append('a', upload, 'x', bytes);
    await expect(uploads.append('a', upload, 'y', bytes)).rejects.toMatchObject({ code: 'usage.arguments' });
    const full = make({ uploads: 1, files: 1, reserve: Number.MAX_SAFE_INTEGER }).uploads;
    await expect(full.append('a', full.begin('a').upload, 'x', bytes)).rejects.toMatchObject({
      code: 'store.diskFull',
    });
  });

  test('a discarded one is gone, and cannot be gone on with', async () => {
    const { root, uploads } = make();
    const { upload } = uploads.begin('a');
    await uploads.append('a', upload, 'x', bytes);
    await uploads.discard('a', upload);
    expect(readdirSync(root)).toEqual([]);
    await expect((async () => uploads.append('a', upload, 'x', bytes))()).rejects.toThrow(/discarded/);
  });
});

describe('Console', () => {
  const line = (number: number, text: string): LogLine => ({
    number,
    time: 1e12 + number,
    level: 'info',
    source: 's',
    text,
  });

  test('lines come back from the file', () => {
    const lines = [
      line(1, 'one'),
      line(2, 'two\n\n  three'),
      line(3, ''),
      line(4, '2026-01-01T00:00:00.000Z info [x] no'),
    ];
    const printed = lines.map(printLine).join('\n');
    expect(parseLines(`torn line\n${printed}\n`)).toEqual(lines.map(({ number: _, ...rest }) => rest));
  });

  test('the file stays bounded and keeps the newest lines', () => {
    const path = join(temporaryFolder(), 'log.txt');
    const log = new Log(path, () => undefined);
    for (let at = 0; at < 5000; at++) log.add('info', 'test', `${at} ${'x'.repeat(4000)}`);
    expect(statSync(path).size).toBeLessThan(9 * 2 ** 20);
    log.close();
    const lines = new Log(path, () => undefined).tail(10);
    expect(lines.map(({ text }) => Number(text.split(' ')[0]))).toEqual(
      Array.from({ length: 10 }, (_, at) => 4990 + at),
    );
  });

  test('a file that cannot be written is no reason to fail', () => {
    const heard: string[] = [];
    const log = new Log(join(temporaryFolder(), 'missing/log.txt'), ({ text }) => heard.push(text));
    log.add('error', 'test', 'a');
    expect(log.tail(5).map(({ text }) => text)).toEqual(['a']);
    expect(heard).toEqual(['a']);
  });
});

test('Temporary folders: those of processes that are gone are removed, those of living ones stay', () => {
  const workspace = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['--version']);
  for (const name of [`${pid}-1`, `${process.ppid}-1`, 'other'])
    mkdirSync(join(workspace, 'temporary', name), { recursive: true });
  const folders = new TemporaryFolders(workspace);
  expect(readdirSync(join(workspace, 'temporary')).sort()).toEqual([`${process.ppid}-1`, 'other'].sort());
  const own = folders.make();
  expect(readdirSync(own)).toEqual([]);
  expect(folders.make()).not.toBe(own);
  folders.removeAll();
  expect(existsSync(own)).toBe(false);
  expect(existsSync(join(workspace, 'temporary', `${process.ppid}-1`))).toBe(true);
});
