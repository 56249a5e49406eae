// Unique names within one graph.

/** Hands out names: the wish itself when free, else the wish with the next free number. */
export class NameScope {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    for (const name of taken) this.taken.add(name);
  }

  reserve(name: string): void {
    this.taken.add(name);
  }

  has(name: string): boolean {
    return this.taken.has(name);
  }

  unique(wish: string): string {
    if (!this.taken.has(wish)) {
      this.taken.add(wish);
      return wish;
    }
    let number = this.next.get(wish) ?? 1;
    while (this.taken.has(`${wish}_${number}`)) number++;
    this.next.set(wish, number + 1);
    const name = `${wish}_${number}`;
    this.taken.add(name);
    return name;
  }
}
