// Pages of a long list that are fetched as they come into view: nearest first, few at once, the oldest forgotten.

export interface PageSource<T> {
  /** Items a page. */
  readonly pageSize: number;
  /** Pages that are kept. */
  readonly capacity: number;
  /** Requests at once. */
  readonly concurrency: number;
  load(from: number, count: number, signal: AbortSignal): Promise<T>;
  /** A page came (or failed: see `fault`). */
  onChange(page: number): void;
  /** A page is forgotten: free what it holds. */
  release?(value: T): void;
}

export interface PageSpan {
  /** First page, inclusive. */
  readonly first: number;
  /** Last page, inclusive. */
  readonly last: number;
}

/** The pages that hold the items `from` to `to` (exclusive). */
export function pagesOf(from: number, to: number, pageSize: number): PageSpan {
  return { first: Math.floor(from / pageSize), last: Math.floor(Math.max(from, to - 1) / pageSize) };
}

export class PageCache<T> {
  /** In the order of their last use: the first is the oldest. */
  private readonly pages = new Map<number, T>();
  private readonly running = new Map<number, AbortController>();
  private wanted: PageSpan = { first: 0, last: -1 };
  private count = 0;
  private failed = false;
  /** What stopped the fetching; `retry` goes on. */
  fault: unknown;

  constructor(private readonly source: PageSource<T>) {}

  /** The list has `count` items and none of them is known: another query. */
  reset(count: number): void {
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
    for (const value of this.pages.values()) this.source.release?.(value);
    this.pages.clear();
    this.count = count;
    this.wanted = { first: 0, last: -1 };
    this.failed = false;
    this.fault = undefined;
  }

  get(page: number): T | undefined {
    return this.pages.get(page);
  }

  /** The items `from` to `to` (exclusive) are in view. Requests for pages that no longer are get cancelled. */
  show(from: number, to: number): void {
    const { first, last } = pagesOf(Math.max(0, from), Math.min(this.count, to), this.source.pageSize);
    this.wanted = this.count === 0 ? { first: 0, last: -1 } : { first, last };
    for (const [page, controller] of this.running)
      if (page < first || page > last) {
        controller.abort();
        this.running.delete(page);
      }
    for (let page = first; page <= last; page++) this.touch(page);
    this.fetchNext();
  }

  retry(): void {
    this.failed = false;
    this.fault = undefined;
    this.fetchNext();
  }

  private touch(page: number): void {
    const value = this.pages.get(page);
    if (value === undefined) return;
    this.pages.delete(page);
    this.pages.set(page, value);
  }

  private fetchNext(): void {
    while (!this.failed && this.running.size < this.source.concurrency) {
      const page = this.nearestMissing();
      if (page === undefined) return;
      void this.fetch(page);
    }
  }

  /** From the middle of the view outwards: what the eye is on comes first. */
  private nearestMissing(): number | undefined {
    const { first, last } = this.wanted;
    const middle = (first + last) / 2;
    let nearest: number | undefined;
    for (let page = first; page <= last; page++)
      if (!this.pages.has(page) && !this.running.has(page))
        if (nearest === undefined || Math.abs(page - middle) < Math.abs(nearest - middle)) nearest = page;
    return nearest;
  }

  private async fetch(page: number): Promise<void> {
    const { pageSize } = this.source;
    const controller = new AbortController();
    this.running.set(page, controller);
    const from = page * pageSize;
    try {
      const value = await this.source.load(from, Math.min(pageSize, this.count - from), controller.signal);
      if (controller.signal.aborted) return this.source.release?.(value);
      this.pages.set(page, value);
      this.forgetOldest();
    } catch (error) {
      if (controller.signal.aborted) return;
      this.failed = true;
      this.fault = error;
    }
    this.running.delete(page);
    this.source.onChange(page);
    this.fetchNext();
  }

  private forgetOldest(): void {
    for (const [page, value] of this.pages) {
      if (this.pages.size <= this.source.capacity) return;
      if (page >= this.wanted.first && page <= this.wanted.last) continue;
      this.pages.delete(page);
      this.source.release?.(value);
    }
  }
}
