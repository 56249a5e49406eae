// Cases of the family, for the driver.
import { gatherCases } from './gather.cases.js';
import { gatherElementsCases } from './gatherElements.cases.js';
import { gatherNdCases } from './gatherNd.cases.js';
import { oneHotCases } from './oneHot.cases.js';
import { scatterElementsCases } from './scatterElements.cases.js';
import { scatterNdCases } from './scatterNd.cases.js';

export const indexingCases = [
  gatherCases,
  gatherElementsCases,
  gatherNdCases,
  oneHotCases,
  scatterElementsCases,
  scatterNdCases,
];
