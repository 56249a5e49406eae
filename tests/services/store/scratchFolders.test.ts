// Folders in the system's temporary folder: those of killed processes go, and nothing else does.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeScratchFolder, removeAbandonedScratch } from '../../../main/store/scratchFolders.js';
import { temporaryFolder } from './temporaryFolder.js';

const day = 86_400_000;
const tomorrow = (): number => Date.now() + day;

/** The number of a process that has ended. */
const gone = spawnSync(process.execPath, ['--version']).pid;

test('a folder of a process that is gone is removed with what is in it', async () => {
  const root = temporaryFolder();
  const left = join(root, `descent-table-${gone}-a1B2c3`);
  mkdirSync(join(left, 'spilled'), { recursive: true });
  writeFileSync(join(left, 'spilled', 'block'), 'x');
  await removeAbandonedScratch(root, tomorrow());
  expect(readdirSync(root)).toEqual([]);
});

test('that of a living process stays, however old it is', async () => {
  const root = temporaryFolder();
  const own = await makeScratchFolder('text', root);
  utimesSync(own, new Date(0), new Date(0));
  await removeAbandonedScratch(root);
  expect(existsSync(own)).toBe(true);
});

test('a young one stays: a container may number its processes otherwise', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, `descent-text-${gone}-abcdef`));
  await removeAbandonedScratch(root);
  expect(readdirSync(root)).toHaveLength(1);
});

test('files, links, and folders of other names stay', async () => {
  const root = temporaryFolder();
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'kept'), '');
  const names = [
    `descent-text-${gone}-file`,
    `descent-text-${gone}-link`,
    `descent-${gone}`,
    `descent-notes-${gone}-a`,
    `other-text-${gone}-a`,
  ];
  writeFileSync(join(root, names[0]!), '');
  symlinkSync(elsewhere, join(root, names[1]!), 'dir');
  for (const name of names.slice(2)) mkdirSync(join(root, name));
  await removeAbandonedScratch(root, tomorrow());
  expect(readdirSync(root).sort()).toEqual([...names].sort());
  expect(readdirSync(elsewhere)).toEqual(['kept']);
});

test('without such a folder there is nothing to do', async () => {
  await expect(removeAbandonedScratch(join(temporaryFolder(), 'missing'))).resolves.toBeUndefined();
});
