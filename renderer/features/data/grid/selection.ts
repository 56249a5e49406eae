// What is chosen in a list of numbered items: one that has the focus, and a set that clicks and keys change as in file lists.

export interface Selection {
  /** The item that keys start from; −1 in an empty list. */
  readonly focus: number;
  /** Where a range begins. */
  readonly anchor: number;
  readonly chosen: ReadonlySet<number>;
}

export const emptySelection: Selection = { focus: -1, anchor: -1, chosen: new Set() };

export interface Modifiers {
  /** Shift: from the anchor to here. */
  readonly range?: boolean;
  /** Control or Command: this one as well, or no longer. */
  readonly toggle?: boolean;
}

/** A click on an item, or a key that leads to it. */
export function choose(selection: Selection, index: number, { range, toggle }: Modifiers = {}): Selection {
  if (range && selection.anchor >= 0) {
    const chosen = new Set(toggle ? selection.chosen : []);
    const [low, high] = [Math.min(selection.anchor, index), Math.max(selection.anchor, index)];
    for (let at = low; at <= high; at++) chosen.add(at);
    return { focus: index, anchor: selection.anchor, chosen };
  }
  if (!toggle) return { focus: index, anchor: index, chosen: new Set([index]) };
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(index)) chosen.add(index);
  return { focus: index, anchor: index, chosen };
}

export function chooseAll(selection: Selection, count: number): Selection {
  if (count === 0) return emptySelection;
  const focus = Math.max(0, selection.focus);
  return { focus, anchor: focus, chosen: new Set(Array.from({ length: count }, (_, index) => index)) };
}
