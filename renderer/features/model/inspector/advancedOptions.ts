// Options that few people touch: they stand behind a fold.
export const advancedOptions: ReadonlySet<string> = new Set([
  ...['initializer', 'weightNorm', 'groups', 'dilation', 'outputPadding', 'epsilon', 'momentum', 'deviation'],
  ...['countPadding', 'approximate', 'axis', 'affine'],
]);
