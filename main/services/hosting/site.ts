// The files of the window as both hosts serve them: `/` is the window, `/workers/` the web workers. One resolver, two hosts.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders of the build. */
export interface Site {
  readonly window: string;
  readonly workers: string;
}

export interface SiteFile {
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Its name holds a hash of its content: it never changes. */
  readonly isImmutable: boolean;
  /** Changes with the content. */
  readonly tag: string;
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** As the bundler names chunks and assets. */
const hashedName = /^\/(?:workers\/)?(?:assets|chunks)\/[^/]+-[\w-]{8}\.\w+$/;

/** The build that this file is part of; undefined when the window was not built. */
export function builtSite(): Site | undefined {
  // Chunks lie one folder deeper than entries.
  const here = dirname(fileURLToPath(import.meta.url));
  const out = [join(here, '..'), join(here, '../..')].find((folder) => existsSync(join(folder, 'window/index.html')));
  return out === undefined ? undefined : { window: join(out, 'window'), workers: join(out, 'web') };
}

/**
 * The file that the path of an address names; undefined where the site has none or the path leads out of it.
 * @param path as it stands in the address: absolute, percent-encoded, without query
 */
export async function findSiteFile(site: Site, path: string): Promise<SiteFile | undefined> {
  const names = pathNames(path);
  const mediaType = names && mediaTypes[extname(names.at(-1) ?? 'index.html')];
  if (!names || mediaType === undefined) return undefined;
  const file = siteFile(site, names);
  const status = await stat(file).catch(() => undefined);
  if (!status?.isFile()) return undefined;
  return {
    path: file,
    mediaType,
    bytes: status.size,
    isImmutable: hashedName.test(path),
    tag: `"${status.size.toString(36)}-${Math.floor(status.mtimeMs).toString(36)}"`,
  };
}

function siteFile({ window, workers }: Site, names: readonly string[]): string {
  if (names.length === 0) return join(window, 'index.html');
  return names[0] === 'workers' ? join(workers, ...names.slice(1)) : join(window, ...names);
}

/** Names that are plain on every system: no steps up, no hidden files, drives, streams, or separators in disguise. */
function pathNames(path: string): readonly string[] | undefined {
  const decoded = decodePath(path);
  if (!decoded?.startsWith('/')) return undefined;
  const names = decoded.slice(1).split('/');
  if (names.length === 1 && names[0] === '') return [];
  return names.every((name) => /^[\w@-][\w@. -]*$/.test(name) && !name.includes('..')) ? names : undefined;
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
