// Names the present state of a data set: what was found out about it holds while its stamp is the same.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { findDescription } from '../datasets/loadDataSet.js';

/** Changes with target, split, preparation and files. @throws EngineError `data.*` */
export async function dataStamp(data: string, workspace: string): Promise<string> {
  const { folder, description } = await findDescription(data, { workspace });
  const [file, own] = [join(folder, 'dataset.json'), folder].map((path) => statSync(path, { throwIfNoEntry: false }));
  return `${folder} ${file?.mtimeMs ?? own?.mtimeMs ?? 0} ${JSON.stringify(description)}`;
}

interface Known<T> {
  readonly stamp: string;
  readonly found: Promise<T>;
}

/** What was found about data sets, the last ones asked for; what failed is tried anew. */
export class FoundByStamp<T> {
  private readonly known = new Map<string, Known<T>>();

  constructor(private readonly most: number) {}

  /** Two who ask at once wait for the same finding. */
  get(key: string, stamp: string, find: () => Promise<T>): Promise<T> {
    const known = this.known.get(key);
    this.known.delete(key);
    const current = known?.stamp === stamp ? known : { stamp, found: find() };
    this.known.set(key, current);
    current.found.catch(() => this.known.get(key) === current && this.known.delete(key));
    if (this.known.size > this.most) this.known.delete([...this.known.keys()][0]!);
    return current.found;
  }
}
