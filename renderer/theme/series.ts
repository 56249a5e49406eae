// The colours of series and classes by number; people with every kind of colour vision can tell them apart. Knows no DOM.

/** How many there are; then they begin again. */
export const seriesCount = 10;

/** `var(--series-3)`, for styles; what is no class of its own (−1) is grey. */
export function seriesVariable(index: number): string {
  return index < 0 ? 'var(--border-strong)' : `var(--series-${(index % seriesCount) + 1})`;
}
