// Paths as people type and paste them.

/** Without the quotes and the `file://` that terminals and file managers put around a path. */
export function typedPath(text: string): string {
  const path = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (!path.startsWith('file://')) return path;
  const address = path.replace(/^file:\/\/[^/]*/, '');
  return decoded(/^\/[A-Za-z]:/.test(address) ? address.slice(1) : address);
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    // A lone per cent sign: nobody has encoded it.
    return address;
  }
}

/** Whether it says by itself where it is: from the root, the home folder or a drive on. */
export function isWholePath(path: string): boolean {
  return /^(?:[/\\]|~(?=$|[/\\])|[A-Za-z]:[/\\])/.test(path);
}

export interface SplitPath {
  readonly folder: string;
  /** The last name in it. */
  readonly name: string;
}

/** @param path a whole one; the separators of Windows part names only there */
export function splitPath(path: string, separator: string): SplitPath {
  const at = Math.max(path.lastIndexOf('/'), separator === '\\' ? path.lastIndexOf('\\') : -1);
  const folder = path.slice(0, at);
  // The root of a disk keeps its separator.
  return { folder: /^(?:[A-Za-z]:)?$/.test(folder) ? path.slice(0, at + 1) : folder, name: path.slice(at + 1) };
}

export function joinPath(folder: string, name: string, separator: string): string {
  return folder.endsWith(separator) ? folder + name : `${folder}${separator}${name}`;
}
