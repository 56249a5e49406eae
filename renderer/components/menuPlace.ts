// Where a menu opens that was asked for by mouse or key.
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

/** At the pointer; below the row where a key asked, which has no place of its own. */
export function menuPlace({ clientX, clientY, currentTarget }: MouseEvent): MenuPlace {
  if (clientX !== 0 || clientY !== 0) return { x: clientX, y: clientY };
  return placeBelow(currentTarget as Element);
}

export function placeBelow(row: Element): MenuPlace {
  const { left, bottom } = row.getBoundingClientRect();
  return { x: left + 24, y: bottom };
}
