// Files and folders that were dropped on the window, walked through into a flat list.

export interface DroppedFile {
  /** With the folders it lies in, `/` between them. */
  readonly name: string;
  readonly file: File;
}

/** What of the File and Directory Entries API is used: that of the browser, or of a test. */
export interface DroppedEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  file?(found: (file: File) => void, failed: (error: Error) => void): void;
  createReader?(): {
    readEntries(found: (entries: readonly DroppedEntry[]) => void, failed: (error: Error) => void): void;
  };
}

/** Must be called while the drop event is handled: afterwards the browser has forgotten the items. */
export function entriesOf(transfer: DataTransfer): readonly DroppedEntry[] {
  return [...transfer.items].flatMap((item): DroppedEntry[] => {
    if (item.kind !== 'file') return [];
    const entry = item.webkitGetAsEntry();
    if (entry) return [entry];
    // Files that a program put there have no place in a file system.
    const file = item.getAsFile();
    return file ? [entryOf(file)] : [];
  });
}

/**
 * Where the dropped file or folder lies, if the host tells paths and there is one: it is read in place then instead of being sent.
 * Like {@link entriesOf}, while the event is handled.
 */
export function droppedPath(transfer: Dropped, pathOf: ((file: File) => string) | undefined): string | undefined {
  const files = [...transfer.items].filter(({ kind }) => kind === 'file').map((item) => item.getAsFile());
  const [file] = files;
  if (!pathOf || !file || files.length !== 1) return undefined;
  // Files that a program made have none.
  return pathOf(file) || undefined;
}

/** What is used of a DataTransfer for paths. */
export interface Dropped {
  readonly items: Iterable<{ readonly kind: string; getAsFile(): File | null }>;
}

function entryOf(file: File): DroppedEntry {
  return { name: file.name, isFile: true, isDirectory: false, file: (found) => found(file) };
}

/** Models are opened by the model area, everything else is data. */
export function isModelFile(name: string): boolean {
  return /\.onnx$/i.test(name);
}

export function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** All files below the entries; those that systems put there by themselves are left out. */
export async function collectFiles(entries: readonly DroppedEntry[], signal?: AbortSignal): Promise<DroppedFile[]> {
  const found: DroppedFile[] = [];
  const walk = async (entry: DroppedEntry, folder: string): Promise<void> => {
    signal?.throwIfAborted();
    const name = `${folder}${entry.name}`;
    if (isLitter(entry.name)) return;
    if (entry.isFile) found.push({ name, file: await readFile(entry) });
    else for (const child of await readFolder(entry)) await walk(child, `${name}/`);
  };
  for (const entry of entries) await walk(entry, '');
  return found;
}

/** `.DS_Store`, `Thumbs.db`, `__MACOSX`: never data. */
function isLitter(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini' || name === '__MACOSX';
}

function readFile(entry: DroppedEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file?.(resolve, reject));
}

/** Browsers give a folder's entries a hundred at a time, until there are none left. */
async function readFolder(entry: DroppedEntry): Promise<readonly DroppedEntry[]> {
  const reader = entry.createReader?.();
  if (!reader) return [];
  const entries: DroppedEntry[] = [];
  for (;;) {
    const some = await new Promise<readonly DroppedEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

/** What the uploaded files are imported as: the one file, the one folder, or the folder of all of them. */
export function importRoot(names: readonly string[]): string {
  const tops = new Set(names.map((name) => name.split('/')[0]!));
  return tops.size === 1 ? [...tops][0]! : '';
}
