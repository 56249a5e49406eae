// Colours of classes in styles: the theme's series, which people of every colour vision can tell apart.
import { seriesCount } from '../../theme/theme.js';

/** `var(--series-3)`; what is no class of its own (−1) is grey. */
export function seriesVariable(index: number): string {
  return index < 0 ? 'var(--border-strong)' : `var(--series-${(index % seriesCount) + 1})`;
}

/** Of the parts of a split. */
export const partColours = { train: 'var(--series-1)', val: 'var(--series-2)', test: 'var(--series-3)' } as const;
