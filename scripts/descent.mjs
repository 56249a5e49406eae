// The command line: builds what is out of date, then runs it in this process.
import { buildIfStale } from './build.mjs';

await buildIfStale();
await import('../out/main/cli.js');
