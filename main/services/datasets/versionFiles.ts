// Which files each version of a data set needs: versions share what did not change between them, and what none needs can go.
import { existsSync } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned } from '../../store/atomicFile.js';
import { isProcessId } from '../../store/processIdentity.js';
import { guardedAsync } from '../../store/storeError.js';
import type { DataSetDescription } from './description.js';
import { readDescription } from './loadDataSet.js';
import { versionHash } from './versionHash.js';

/** Names are relative to the folder of the data set, with `/`. */
export interface DescribedVersion {
  readonly hash: string;
  readonly description: DataSetDescription;
}

const presentName = 'dataset.json';
const versionsName = 'versions';
/** The first characters of the hash of what is in it. */
const importName = /^[0-9a-f]{12}$/;

/** Every version whose description is there; the present one comes first. @throws EngineError of a damaged description */
export async function describedVersions(folder: string): Promise<DescribedVersion[]> {
  const kept = (await namesIn(join(folder, versionsName))).filter((name) => name.endsWith('.json'));
  const paths = [join(folder, presentName), ...kept.map((name) => versionFile(folder, name.slice(0, -5)))];
  const found = new Map<string, DescribedVersion>();
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const description = await readDescription(path);
    const hash = versionHash(description);
    if (hash !== undefined && !found.has(hash)) found.set(hash, { hash, description });
  }
  return [...found.values()];
}

export function versionFile(folder: string, hash: string): string {
  return join(folder, versionsName, `${hash}.json`);
}

/** The arrays of a version. */
export function filesOf({ reader }: DataSetDescription): string[] {
  if (reader.kind !== 'stored') return [];
  const columns = reader.columns.flatMap((column) => [column.file, ...('offsets' in column ? [column.offsets] : [])]);
  return [...new Set([...columns, ...(reader.parts === undefined ? [] : [reader.parts])])];
}

/** Bytes of the files that are there. */
export async function bytesOf(folder: string, files: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const file of files) bytes += (await stat(join(folder, file)).catch(() => undefined))?.size ?? 0;
  return bytes;
}

/** The arrays that go with `leaving`: no version of `staying` has them. */
export function filesOnlyOf(leaving: readonly DescribedVersion[], staying: readonly DescribedVersion[]): Set<string> {
  const needed = new Set(staying.flatMap(({ description }) => filesOf(description)));
  return new Set(leaving.flatMap(({ description }) => filesOf(description)).filter((file) => !needed.has(file)));
}

const markName = /^\.placing-(\d+)-\d+$/;
const placing = new Set<string>();
let marks = 0;

/**
 * Adds files to the folder of a data set before a description names them: until `work` is done nobody, in no process, takes them for
 * left over.
 */
export async function whilePlacing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const mark = join(folder, `.placing-${process.pid}-${++marks}`);
  placing.add(mark);
  try {
    await guardedAsync(`Folder '${folder}'`, () => writeFile(mark, ''));
    return await work();
  } finally {
    await rm(mark, { force: true }).catch(() => undefined);
    placing.delete(mark);
  }
}

/** Whether files are being added; marks of processes that were killed are removed. */
async function isPlacing(folder: string): Promise<boolean> {
  let busy = false;
  for (const name of await namesIn(folder)) {
    const owner = Number(markName.exec(name)?.[1] ?? 0);
    if (owner === 0) continue;
    const path = join(folder, name);
    // A mark with this process's number that it did not make was another's.
    if (owner === process.pid ? placing.has(path) : isProcessId(owner)) busy = true;
    else await rm(path, { force: true }).catch(() => undefined);
  }
  return busy;
}

/** Removes the arrays that no version needs, unless files are being added: then the next sweep does. Never fails. */
export async function sweepVersionFiles(folder: string): Promise<void> {
  if (await isPlacing(folder)) return;
  // A description that cannot be read may need any file.
  const versions = await describedVersions(folder).catch(() => []);
  if (versions.length === 0 || versions.some(({ description }) => description.reader.kind !== 'stored')) return;
  const needed = new Set(versions.flatMap(({ description }) => filesOf(description)));
  await removeAbandoned(folder);
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const { name } = entry;
    if (!entry.isDirectory()) await removeUnneeded(folder, name, needed);
    else if (name !== versionsName) await sweepImport(folder, name, needed);
  }
}

/** The folder of a later import: whole, when no version is left that reads it. */
async function sweepImport(folder: string, name: string, needed: ReadonlySet<string>): Promise<void> {
  if (!importName.test(name)) return;
  const inside = (await namesIn(join(folder, name))).map((inner) => `${name}/${inner}`);
  if (inside.some((file) => needed.has(file))) for (const file of inside) await removeUnneeded(folder, file, needed);
  else await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

/** Only arrays: what else a person put there is theirs. */
async function removeUnneeded(folder: string, file: string, needed: ReadonlySet<string>): Promise<void> {
  if (file.endsWith('.npy') && !needed.has(file)) await rm(join(folder, file), { force: true }).catch(() => undefined);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
