// Which run is best at a metric: the least loss or error, else the greatest value.

/** Of metrics of which less is better. */
export function lessIsBetter(metric: string): boolean {
  return /loss|error|perplexity|(^|_)(mse|mae|rmse|mape|nll|hamming|brier)($|_)/i.test(metric);
}

/** Places of the best values; empty where fewer than two runs have one, or all are alike. */
export function bestPlaces(metric: string, values: readonly (number | null | undefined)[]): ReadonlySet<number> {
  const known = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (known.length < 2) return new Set();
  const best = lessIsBetter(metric) ? Math.min(...known) : Math.max(...known);
  const places = values.flatMap((value, at) => (value === best ? [at] : []));
  return places.length === values.length ? new Set() : new Set(places);
}
