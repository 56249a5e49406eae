// Sets of examples that are joined two by two.

export class ExampleGroups {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = Int32Array.from({ length: count }, (_, example) => example);
  }

  join(one: number, other: number): void {
    const [a, b] = [this.firstOf(one), this.firstOf(other)];
    this.parent[Math.max(a, b)] = Math.min(a, b);
  }

  /** Each with the one that it is given for, as `firsts[example]`. */
  joinAll(firsts: Int32Array): void {
    firsts.forEach((first, example) => first !== example && this.join(first, example));
  }

  /** The first example of the set of this one. */
  firstOf(example: number): number {
    let root = example;
    while (this.parent[root] !== root) {
      this.parent[root] = this.parent[this.parent[root]!]!;
      root = this.parent[root]!;
    }
    return root;
  }

  /** Of two and more, each ascending. */
  lists(): Int32Array[] {
    const members = new Map<number, number[]>();
    for (let example = 0; example < this.parent.length; example++) {
      const root = this.firstOf(example);
      if (root === example) continue;
      const list = members.get(root);
      if (list) list.push(example);
      else members.set(root, [root, example]);
    }
    return [...members.values()].map((list) => Int32Array.from(list));
  }
}
