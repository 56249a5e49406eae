// Data sets that are loaded to be looked at, the last used ones, within a bound of memory.
import { stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { findDescription, readNamed } from './loadDataSet.js';
import { versionHash } from './versionHash.js';
import { openDataSet, type OpenDataSet } from './openDataSet.js';
import { ExampleQueries } from './queryExamples.js';

export interface Shelved extends OpenDataSet {
  /** Where its files are. */
  readonly folder: string;
  readonly queries: ExampleQueries;
}

export interface LibraryOptions {
  readonly workspace: string;
  /** Where the examples are; left out: those of this installation. */
  readonly resources?: string | undefined;
  /** Bytes of data sets that are kept; the one used last stays whatever its size. Left out: a quarter of the memory. */
  readonly bound?: number | undefined;
}

interface Shelf {
  /** Of what `dataset.json` says: another process may change it. */
  readonly stamp: string;
  readonly loading: Promise<Shelved>;
  bytes: number;
}

export class DataLibrary {
  private readonly shelves = new Map<string, Shelf>();
  private readonly bound: number;

  constructor(private readonly options: LibraryOptions) {
    this.bound = options.bound ?? totalmem() / 4;
  }

  /** By an example's name or an id of the workspace. Two who ask at once wait for the same loading. */
  async open(id: string): Promise<Shelved> {
    const stamp = await this.stampOf(id);
    const known = this.shelves.get(id);
    if (known?.stamp === stamp) {
      this.shelves.delete(id);
      this.shelves.set(id, known);
      return known.loading;
    }
    const shelf: Shelf = { stamp, loading: this.load(id), bytes: 0 };
    this.shelves.delete(id);
    this.shelves.set(id, shelf);
    try {
      const open = await shelf.loading;
      shelf.bytes = open.bytes;
      this.shrink(id);
      return open;
    } catch (error) {
      // A failure is told to those who asked, and tried anew for the next.
      if (this.shelves.get(id) === shelf) this.shelves.delete(id);
      throw error;
    }
  }

  /** The memory of what is no longer wanted. */
  forget(id: string): void {
    this.shelves.delete(id);
  }

  private async load(id: string): Promise<Shelved> {
    const { dataSet, description, split, folder } = await readNamed(id, this.options);
    const open = openDataSet(dataSet, description, split);
    return { ...open, folder, queries: new ExampleQueries(open) };
  }

  private async stampOf(id: string): Promise<string> {
    const { folder, description } = await findDescription(id, this.options);
    const { name, preprocessing = null } = description;
    const hash = versionHash(description);
    // What is only said of it is no reason to read it anew.
    if (hash !== undefined) return JSON.stringify([folder, name, hash, preprocessing]);
    const info = await stat(join(folder, 'dataset.json')).catch(() => undefined);
    return `${folder} ${info?.mtimeMs ?? 0} ${info?.size ?? 0}`;
  }

  private shrink(keep: string): void {
    let sum = [...this.shelves.values()].reduce((bytes, shelf) => bytes + shelf.bytes, 0);
    for (const [id, shelf] of this.shelves) {
      if (sum <= this.bound) return;
      if (id === keep || shelf.bytes === 0) continue;
      this.shelves.delete(id);
      sum -= shelf.bytes;
    }
  }
}
