// What exports need of Node: gzip.
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ExportHost } from './exportJob.js';

const compress = promisify(gzip);
const expand = promisify(gunzip);

export const exportHost: ExportHost = {
  gzip: (bytes) => compress(bytes, { level: 9 }),
  gunzip: (bytes) => expand(bytes),
};
