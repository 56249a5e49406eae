// The pictures of a query in pages, each as one bitmap; asked for in the size that they are shown in.
import type { Client } from '../../../../contract/service.js';
import type { datasetsService, ExampleQuery } from '../../../../contract/services/datasets.js';
import { askedSide, fitted, imagesPerPage, makeStrip, type ImageStrip } from '../imageStrip.js';
import { PageCache } from '../pageCache.js';

export interface ImagePagesOptions {
  readonly id: string;
  readonly query: ExampleQuery;
  /** Pictures of the query. */
  readonly count: number;
  /** Of a stored picture: channels × height × width. */
  readonly shape: readonly number[];
  /** Device pixels of a tile's side. */
  readonly tile: number;
  readonly onChange: (from: number, to: number) => void;
}

/** Bytes of bitmaps that are kept. */
const budget = 192 * 2 ** 20;

export class ImagePages {
  readonly side: number;
  private readonly perPage: number;
  private readonly cache: PageCache<ImageStrip>;

  constructor(service: Pick<Client<typeof datasetsService>, 'images'>, options: ImagePagesOptions) {
    const { id, query, count, shape, tile, onChange } = options;
    const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    this.side = sideFor(shape, tile);
    const size = fitted(width, height, this.side);
    this.perPage = imagesPerPage(size.width, size.height);
    this.cache = new PageCache({
      pageSize: this.perPage,
      capacity: Math.max(8, Math.floor(budget / (this.perPage * size.width * size.height * 4))),
      concurrency: 3,
      load: async (from, wanted, signal) => {
        const argument = { id, size: Math.max(8, this.side), ...pageQuery(query, from, wanted) };
        const block = await service.images(argument, { signal });
        signal.throwIfAborted();
        return makeStrip(block);
      },
      onChange: (page) => onChange(page * this.perPage, (page + 1) * this.perPage),
      release: ({ bitmap }) => bitmap.close(),
    });
    this.cache.reset(count);
  }

  get fault(): unknown {
    return this.cache.fault;
  }

  show(from: number, to: number): void {
    this.cache.show(from, to);
  }

  pictureAt(index: number): { readonly strip: ImageStrip; readonly at: number } | undefined {
    const strip = this.cache.get(Math.floor(index / this.perPage));
    const at = index % this.perPage;
    return strip && at < strip.examples.length ? { strip, at } : undefined;
  }

  retry(): void {
    this.cache.retry();
  }

  dispose(): void {
    this.cache.reset(0);
  }
}

/** The side that pictures are asked for in: no larger than they are stored. */
export function sideFor(shape: readonly number[], tile: number): number {
  return Math.min(askedSide(tile), Math.max(shape.at(-2) ?? 1, shape.at(-1) ?? 1));
}

/** A list of examples without further choices is cut here: only the page's own numbers travel. */
export function pageQuery(
  query: ExampleQuery,
  from: number,
  count: number,
): { readonly query: ExampleQuery; readonly from: number; readonly count: number } {
  const { examples, part, class: code, search, sort } = query;
  const isPlain = part === undefined && code === undefined && !search && !sort;
  if (!examples || !isPlain) return { query, from, count };
  return { query: { examples: examples.slice(from, from + count) }, from: 0, count };
}
