// Which group must run before which: by the values that it reads, and by state that it would overwrite.
import type { Group } from './kernelGroup.js';

export class GroupDependencies {
  private readonly before = new Map<Group, Set<Group>>();

  add(group: Group): void {
    this.before.set(group, new Set());
  }

  remove(group: Group): void {
    this.before.delete(group);
    for (const set of this.before.values()) set.delete(group);
  }

  /** `earlier` must run before `later`. */
  require(later: Group, earlier: Group): void {
    if (later !== earlier) this.before.get(later)!.add(earlier);
  }

  /** The groups that `later` was said to need. */
  directly(later: Group): ReadonlySet<Group> {
    return this.before.get(later)!;
  }

  /** `kept` stands for `gone` from now on. */
  merge(kept: Group, gone: Group): void {
    const mine = this.before.get(kept)!;
    for (const earlier of this.before.get(gone)!) if (earlier !== kept) mine.add(earlier);
    this.before.delete(gone);
    for (const [later, set] of this.before) if (set.delete(gone) && later !== kept) set.add(kept);
  }

  /** Whether `later` needs `earlier`, directly or through others. */
  reaches(later: Group, earlier: Group): boolean {
    const seen = new Set<Group>();
    const stack = [later];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (next === earlier) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(...this.before.get(next)!);
    }
    return false;
  }

  /** An order in which all requirements hold, otherwise as the groups were added. */
  ordered(): Group[] {
    const done = new Set<Group>();
    const order: Group[] = [];
    for (const root of this.before.keys()) {
      const stack: { group: Group; rest: Iterator<Group> }[] = [];
      const open = (group: Group): void => {
        if (done.has(group)) return;
        done.add(group);
        stack.push({ group, rest: this.before.get(group)!.values() });
      };
      open(root);
      while (stack.length > 0) {
        const { group, rest } = stack.at(-1)!;
        const next = rest.next();
        if (next.done !== true) open(next.value);
        else {
          order.push(group);
          stack.pop();
        }
      }
    }
    return order;
  }
}
