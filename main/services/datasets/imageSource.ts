// Where the images of a data set come from: a folder with a folder for each class, or a ZIP archive of one; with parts above or without.
import { opendir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dataFault, readBounded } from './readBounded.js';
import { ZipArchive, type ZipEntry } from './zipArchive.js';

export interface ImageFile {
  /** Relative to the folder or archive. */
  readonly name: string;
  readonly label: number;
  /** 0 train, 1 val, 2 test; all 0 where no folder names a part. */
  readonly part: number;
}

export interface ImageSource {
  readonly files: readonly ImageFile[];
  readonly classes: readonly string[];
  /** Folders name the parts. */
  readonly hasParts: boolean;
  /** Files that are no images by their name. */
  readonly others: readonly string[];
  readonly bytes: number;
  /** @throws EngineError */
  read(index: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const imageName = /\.(png|jpe?g|jfif|webp|gif|tiff?|avif)$/i;
const partFolders: Readonly<Record<string, number>> = {
  train: 0,
  training: 0,
  val: 1,
  valid: 1,
  validation: 1,
  dev: 1,
  test: 2,
  testing: 2,
};
const mostFileBytes = 256 * 2 ** 20;
const mostFiles = 5_000_000;
/** Folders below that of a class. */
const deepest = 8;

/** @throws EngineError `data.image`, `data.zip`, `file.notFound` */
export async function openImages(path: string): Promise<ImageSource> {
  const info = await stat(path).catch(() => {
    throw dataFault('notFound', path, 'no such file or folder');
  });
  return info.isDirectory() ? openFolder(path) : openArchive(path);
}

/** The layout of a tree of images from the paths of its files alone. */
export interface ImageTree {
  /** By index into the paths. */
  readonly images: readonly { readonly path: number; readonly label: number; readonly part: number }[];
  readonly classes: readonly string[];
  readonly hasParts: boolean;
  readonly others: readonly number[];
}

/**
 * `class/image`, `train/class/image`, or either inside one folder that holds everything. Classes and files are in the order of their
 * names.
 */
export function layOutImages(paths: readonly string[]): ImageTree {
  const split = paths.map((path) => path.split('/').filter((piece) => piece !== ''));
  const isHidden = (pieces: readonly string[]) => pieces.some((piece) => piece.startsWith('.') || piece === '__MACOSX');
  const images = [...split.keys()].filter((at) => !isHidden(split[at]!) && imageName.test(split[at]!.at(-1) ?? ''));
  const others = [...split.keys()].filter((at) => !isHidden(split[at]!) && !imageName.test(split[at]!.at(-1) ?? ''));
  let depth = 0;
  const folderAt = (level: number) =>
    new Set(images.map((at) => (split[at]!.length > level + 1 ? split[at]![level]! : '')));
  // One folder around everything, as archives often have, unless it is the only class.
  while (folderAt(depth).size === 1 && !folderAt(depth).has('') && !folderAt(depth + 1).has('') && images.length > 0)
    depth++;
  const tops = folderAt(depth);
  const hasParts =
    tops.size > 1 &&
    [...tops].every((name) => Object.hasOwn(partFolders, name.toLowerCase())) &&
    !folderAt(depth + 1).has('');
  const level = hasParts ? depth + 1 : depth;
  const inClass = images.filter((at) => split[at]!.length > level + 1);
  const classes = [...new Set(inClass.map((at) => split[at]![level]!))].sort();
  const codeOf = new Map(classes.map((name, code) => [name, code]));
  const listed = inClass.map((path) => ({
    path,
    label: codeOf.get(split[path]![level]!)!,
    part: hasParts ? partFolders[split[path]![depth]!.toLowerCase()]! : 0,
  }));
  const order = (a: number, b: number) => (paths[a]! < paths[b]! ? -1 : 1);
  listed.sort((a, b) => a.part - b.part || a.label - b.label || order(a.path, b.path));
  const loose = images.filter((at) => split[at]!.length <= level + 1);
  return { images: listed, classes, hasParts, others: [...others, ...loose] };
}

async function openFolder(folder: string): Promise<ImageSource> {
  const paths: string[] = [];
  await listFiles(folder, '', paths, 0);
  const tree = layOutImages(paths);
  requireImages(folder, tree, paths);
  const files = tree.images.map(({ path, label, part }) => ({ name: paths[path]!, label, part }));
  return {
    files,
    classes: tree.classes,
    hasParts: tree.hasParts,
    others: tree.others.map((at) => paths[at]!),
    bytes: 0,
    read: (index) => readBounded(join(folder, files[index]!.name), mostFileBytes),
    close: () => Promise.resolve(),
  };
}

/** Links are not followed: they may lead in circles. */
async function listFiles(folder: string, prefix: string, into: string[], depth: number): Promise<void> {
  const entries = await opendir(join(folder, prefix)).catch((error: unknown) => {
    throw dataFault(
      'unreadable',
      join(folder, prefix),
      `the folder cannot be read (${String((error as { code?: unknown }).code)})`,
    );
  });
  for await (const entry of entries) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isFile()) into.push(path);
    else if (entry.isDirectory() && !entry.name.startsWith('.') && depth < deepest)
      await listFiles(folder, path, into, depth + 1);
    if (into.length > mostFiles) throw dataFault('tooLarge', folder, `at most ${mostFiles} files are read`);
  }
}

async function openArchive(file: string): Promise<ImageSource> {
  const archive = await ZipArchive.open(file);
  try {
    const entries = archive.entries.filter(({ name }) => !name.endsWith('/'));
    const paths = entries.map(({ name }) => name);
    const tree = layOutImages(paths);
    requireImages(file, tree, paths);
    const chosen: ZipEntry[] = tree.images.map(({ path }) => entries[path]!);
    return {
      files: tree.images.map(({ path, label, part }) => ({ name: paths[path]!, label, part })),
      classes: tree.classes,
      hasParts: tree.hasParts,
      others: tree.others.map((at) => paths[at]!),
      bytes: 0,
      read: (index) => archive.read(chosen[index]!, mostFileBytes),
      close: () => archive.close(),
    };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

function requireImages(path: string, { images, others }: ImageTree, paths: readonly string[]): void {
  if (images.length > 0) return;
  const loose = others.filter((at) => imageName.test(paths[at]!)).length;
  const found = others.length > 0 ? `; it has ${others.length} other files, as '${basename(paths[others[0]!]!)}'` : '';
  throw dataFault(
    'image',
    path,
    loose > 0
      ? `a folder of images needs a folder for each class ('cats/1.png', 'dogs/2.png'), got ${loose === 1 ? 'an image' : `${loose} images`} without one; put those of each class into a folder of their own`
      : `a folder of images needs a folder for each class with images in it, got no file (PNG, JPEG, WebP, GIF, TIFF or AVIF)${found}`,
  );
}
