// The files service: what a dialog browses, and uploads from windows that may not tell paths.
import { constants, type Dirent } from 'node:fs';
import { access, mkdir, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { faultCodes } from '../../../contract/fault.js';
import type { Implementation } from '../../../contract/service.js';
import type { filesService } from '../../../contract/services/files.js';
import { type FileEntry, type FilePlaces, type FolderListing } from '../../../contract/services/files.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { guardedAsync } from '../../store/storeError.js';
import type { WorkbenchPorts } from './ports.js';
import { Uploads } from './uploads.js';

/** More entries than a person looks through; folders of 100,000 images exist. */
const mostEntries = 10_000;

export function makeFilesService(ports: WorkbenchPorts): Implementation<typeof filesService> {
  const uploads = new Uploads(() => ports.temporaryFolder());
  ports.hub.onGone((caller) => uploads.discardOf(caller));
  return {
    places: () => findPlaces(ports.workspace.path),
    list: ({ path, ...shown }) => listFolder(absolute(path), shown),
    makeFolder: ({ parent, name }) => makeFolder(absolute(parent), name),
    exists: ({ path }) => kindOf(absolute(path)),
    beginUpload: (_, { caller }) => uploads.begin(caller),
    append: ({ upload, name, bytes }, { caller }) => uploads.append(caller, upload, name, bytes),
    discardUpload: ({ upload }, { caller }) => uploads.discard(caller, upload),
  };
}

/** `~` is the home folder, as in a terminal. */
function absolute(path: string): string {
  const full = path === '~' || path.startsWith(`~${sep}`) ? join(homedir(), path.slice(1)) : path;
  if (!isAbsolute(full) || full.includes('\0'))
    throw new EngineError(faultCodes.fileMissing, `Path '${path}': it must begin ${beginning}.`);
  return resolve(full);
}

const beginning = process.platform === 'win32' ? 'with a drive, as C:\\, or with ~\\' : 'at the root or with ~/';

interface Shown {
  readonly hidden: boolean;
  readonly endings: readonly string[] | null;
}

async function listFolder(path: string, { hidden, endings }: Shown): Promise<FolderListing> {
  const found = await guardedAsync(`Folder '${path}'`, () => readdir(path, { withFileTypes: true }));
  const wanted = (name: string): boolean =>
    endings === null || endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));
  // What a link leads to is known when it is looked at.
  const shown = found.filter(
    (entry) => (hidden || !entry.name.startsWith('.')) && (!entry.isFile() || wanted(entry.name)),
  );
  sortEntries(shown, (entry) => entry.isFile());
  const looked = await Promise.all(shown.slice(0, mostEntries).map((entry) => entryOf(path, entry)));
  const entries = looked
    .filter((entry) => entry !== undefined)
    .filter((entry) => entry.kind === 'folder' || wanted(entry.name));
  sortEntries(entries, (entry) => entry.kind === 'file');
  const parent = dirname(path);
  return {
    path,
    parent: parent === path ? null : parent,
    separator: sep,
    entries,
    truncated: shown.length > mostEntries,
  };
}

/** Folders first, then by name. */
function sortEntries<T extends { readonly name: string }>(entries: T[], isFile: (entry: T) => boolean): void {
  const byName = new Intl.Collator(undefined, { numeric: true });
  entries.sort((one, other) => Number(isFile(one)) - Number(isFile(other)) || byName.compare(one.name, other.name));
}

/** Undefined for what went meanwhile and for what is neither file nor folder. Links are what they lead to. */
async function entryOf(folder: string, { name }: Dirent): Promise<FileEntry | undefined> {
  const path = join(folder, name);
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile() && !status?.isDirectory()) return undefined;
  const kind = status.isFile() ? 'file' : 'folder';
  return { name, path, kind, bytes: status.isFile() ? status.size : 0, modified: status.mtimeMs };
}

async function makeFolder(parent: string, name: string): Promise<{ readonly path: string }> {
  if (/[/\\\0]/.test(name) || name === '.' || name === '..')
    throw new EngineError(faultCodes.usage, `Folder '${name}': its name must be one name, without / or \\.`);
  const path = join(parent, name);
  if ((await kindOf(path)) !== null)
    throw new EngineError(faultCodes.usage, `Folder '${path}': there is one of this name already.`);
  await guardedAsync(`Folder '${path}'`, () => mkdir(path));
  return { path };
}

async function kindOf(path: string): Promise<'folder' | 'file' | null> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isDirectory()) return 'folder';
  return status?.isFile() ? 'file' : null;
}

async function findPlaces(workspace: string): Promise<FilePlaces> {
  const home = homedir();
  const named = ['Documents', 'Downloads', 'Desktop', 'Pictures'].map((name) => ({ name, path: join(home, name) }));
  const all = [{ name: 'Home', path: home }, { name: 'Workspace', path: workspace }, ...named, ...(await drives())];
  const readable = await Promise.all(all.map(({ path }) => isReadable(path)));
  return { home, workspace, places: all.filter((_, index) => readable[index]) };
}

/** Where other disks are found. */
async function drives(): Promise<{ readonly name: string; readonly path: string }[]> {
  if (process.platform === 'win32')
    return Array.from('CDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => ({ name: `${letter}:`, path: `${letter}:\\` }));
  const roots =
    process.platform === 'darwin'
      ? ['/Volumes']
      : [join('/media', process.env.USER ?? ''), join('/run/media', process.env.USER ?? ''), '/mnt'];
  const found = await Promise.all(
    roots.map(async (root) => {
      const names = await readdir(root).catch(() => []);
      return names.map((name) => ({ name, path: join(root, name) }));
    }),
  );
  return [{ name: 'Computer', path: '/' }, ...found.flat()];
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
