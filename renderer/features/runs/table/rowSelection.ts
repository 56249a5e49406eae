// Choosing rows of a list with mouse and keyboard, as file managers do: anchor, cursor, ranges, single ones.

export interface RowSelection {
  readonly chosen: ReadonlySet<string>;
  /** The row that keys move. */
  readonly cursor: string | null;
  /** Where a range begins. */
  readonly anchor: string | null;
}

export const noSelection: RowSelection = { chosen: new Set(), cursor: null, anchor: null };

/** `range`: from the anchor to here (Shift); `toggle`: this one more or less (Ctrl). */
export function selectRow(
  before: RowSelection,
  ids: readonly string[],
  id: string,
  how: 'only' | 'range' | 'toggle',
): RowSelection {
  if (how === 'only') return { chosen: new Set([id]), cursor: id, anchor: id };
  if (how === 'toggle') {
    const chosen = new Set(before.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    return { chosen, cursor: id, anchor: id };
  }
  const anchor = before.anchor !== null && ids.includes(before.anchor) ? before.anchor : id;
  const [from, to] = [ids.indexOf(anchor), ids.indexOf(id)].sort((one, other) => one - other);
  return { chosen: new Set(ids.slice(from, to! + 1)), cursor: id, anchor };
}

/** Moves the cursor by rows and chooses where it comes to; `extend` keeps the anchor. */
export function moveCursor(before: RowSelection, ids: readonly string[], by: number, extend: boolean): RowSelection {
  if (ids.length === 0) return before;
  const at = before.cursor === null ? (by > 0 ? -1 : ids.length) : ids.indexOf(before.cursor);
  const id = ids[Math.max(0, Math.min(ids.length - 1, at + by))]!;
  return selectRow(before, ids, id, extend ? 'range' : 'only');
}

/** What is no longer there is no longer chosen. */
export function keepRows(before: RowSelection, there: ReadonlySet<string>): RowSelection {
  const chosen = new Set([...before.chosen].filter((id) => there.has(id)));
  const keep = (id: string | null): string | null => (id !== null && there.has(id) ? id : null);
  return { chosen, cursor: keep(before.cursor), anchor: keep(before.anchor) };
}
