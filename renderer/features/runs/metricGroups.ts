// Which metrics stand in one chart: those of the parts (`train_loss`, `val_loss`) belong together.

const parts = ['train', 'val', 'test'] as const;

export interface MetricGroup {
  readonly title: string;
  readonly names: readonly string[];
}

/** Losses first, the learning rate last. `train_loss_epoch` stands beside `train_loss`. */
export function metricGroups(names: readonly string[]): MetricGroup[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const title = baseOf(name);
    const list = groups.get(title);
    if (list) list.push(name);
    else groups.set(title, [name]);
  }
  return [...groups]
    .map(([title, list]) => ({
      title,
      names: list.sort((one, other) => partOf(one) - partOf(other) || (one < other ? -1 : 1)),
    }))
    .sort((one, other) => rank(one.title) - rank(other.title) || (one.title < other.title ? -1 : 1));
}

function baseOf(name: string): string {
  const plain = name.replace(/_epoch$/, '');
  const part = parts.find((known) => plain.startsWith(`${known}_`));
  return part ? plain.slice(part.length + 1) : plain;
}

function partOf(name: string): number {
  return parts.findIndex((part) => name.startsWith(`${part}_`));
}

function rank(title: string): number {
  return title === 'loss' ? 0 : title === 'learning_rate' ? 2 : 1;
}
