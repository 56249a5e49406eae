// What exports need of Node: gzip, and the parts of self-contained pages.
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ExportHost } from './exportJob.js';
import { pageParts } from './pageParts.node.js';

const compress = promisify(gzip);
const expand = promisify(gunzip);

export const exportHost: ExportHost = {
  gzip: (bytes) => compress(bytes, { level: 9 }),
  gunzip: (bytes) => expand(bytes),
  pageParts,
};
