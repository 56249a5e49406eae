// Small looks at data sets for the list: read once a version, few at a time, so that a long list does not hold up the rest.
import type { Client } from '../../../../contract/service.js';
import type {
  ColumnStatistics,
  datasetsService,
  DatasetSummary,
  ImageBlock,
} from '../../../../contract/services/datasets.js';

export type Thumbnail =
  | { readonly kind: 'images'; readonly block: ImageBlock }
  | { readonly kind: 'columns'; readonly columns: readonly ColumnStatistics[] }
  | { readonly kind: 'text'; readonly excerpt: string };

type Datasets = Pick<Client<typeof datasetsService>, 'thumbnails' | 'rows' | 'statistics'>;

const atOnce = 2;

/** Reads thumbnails; equal versions are read once. A failed one is forgotten, so that it is tried again when shown again. */
export class Thumbnails {
  private readonly known = new Map<string, Promise<Thumbnail>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly service: Datasets) {}

  of(dataset: DatasetSummary): Promise<Thumbnail> {
    const key = `${dataset.id} ${dataset.hash ?? ''}`;
    const known = this.known.get(key);
    if (known) return known;
    const made = this.inTurn(() => readThumbnail(this.service, dataset));
    this.known.set(key, made);
    made.catch(() => this.known.delete(key));
    return made;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}

async function readThumbnail(service: Datasets, { id, kind }: DatasetSummary): Promise<Thumbnail> {
  const block = kind === 'image' ? await service.thumbnails({ id }) : null;
  if (block) return { kind: 'images', block };
  if (kind === 'text') {
    const { rows } = await service.rows({ id, query: {}, from: 0, count: 2 });
    return {
      kind: 'text',
      excerpt: rows.map((cells) => cells.find((cell) => typeof cell === 'string') ?? '').join(''),
    };
  }
  return { kind: 'columns', columns: await service.statistics({ id }) };
}

/** Pictures of a block that stand for it: of as many classes as there are, then others. */
export function pickPictures({ classes }: Pick<ImageBlock, 'classes'>, wanted: number): number[] {
  const all = Array.from(classes, (_, index) => index);
  const firsts = all.filter((index) => classes.indexOf(classes[index]!) === index);
  const rest = all.filter((index) => !firsts.includes(index));
  return [...firsts, ...rest].slice(0, wanted);
}

/** `wanted` example numbers, evenly over all: neighbours are often of one class. */
export function spread(count: number, wanted: number): Int32Array {
  const many = Math.min(count, wanted);
  return Int32Array.from({ length: many }, (_, index) => Math.floor(((index + 0.5) * count) / many));
}
