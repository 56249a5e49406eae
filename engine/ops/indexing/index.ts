// Picking and placing elements by index.
import { gather } from './gather.js';
import { gatherElements } from './gatherElements.js';
import { gatherNd } from './gatherNd.js';
import { oneHot } from './oneHot.js';
import { scatterElements } from './scatterElements.js';
import { scatterNd } from './scatterNd.js';

export const indexing = [gather, gatherElements, gatherNd, oneHot, scatterElements, scatterNd];
