// Colours of the parts of a split.
export const partColours = { train: 'var(--series-1)', val: 'var(--series-2)', test: 'var(--series-3)' } as const;
