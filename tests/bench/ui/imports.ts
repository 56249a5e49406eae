// How long imports take, and what memory: 60,000 images of IDX, 20,000 PNG files, a table of a million rows; made here, read by the built app.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { placeImport } from '../../../main/services/datasets/placeVersion.js';
import { startDataWork } from '../../../main/services/datasets/startDataWork.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import type { Figure, Measurement } from './measure.js';

const entry = resolve('out/main/dataThread.node.js');

/** Noise that packs as photographs do: neither empty nor random. */
function pixel(example: number, at: number): number {
  return (Math.imul(at ^ (at >> 3), example + 1) >> 4) & 0xff;
}

function makeIdx(folder: string): string {
  const count = 60_000;
  const images = Buffer.alloc(16 + count * 784);
  [0x803, count, 28, 28].forEach((word, at) => images.writeUInt32BE(word, 4 * at));
  for (let at = 0; at < count * 784; at++) images[16 + at] = pixel(Math.floor(at / 784), at % 784);
  const labels = Buffer.alloc(8 + count);
  [0x801, count].forEach((word, at) => labels.writeUInt32BE(word, 4 * at));
  for (let at = 0; at < count; at++) labels[8 + at] = at % 10;
  writeFileSync(join(folder, 'train-images-idx3-ubyte'), images);
  writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labels);
  return folder;
}

async function makePictures(folder: string): Promise<string> {
  const side = 64;
  for (let label = 0; label < 10; label++) mkdirSync(join(folder, `class ${label}`));
  for (let example = 0; example < 20_000; example++) {
    const samples = Uint8Array.from({ length: 3 * side * side }, (_, at) => pixel(example, at));
    const file = join(folder, `class ${example % 10}`, `${example}.png`);
    await sharp(samples, { raw: { width: side, height: side, channels: 3 } })
      .png({ compressionLevel: 3 })
      .toFile(file);
  }
  return folder;
}

async function makeTable(folder: string): Promise<string> {
  const file = join(folder, 'million.csv');
  const out = createWriteStream(file);
  out.write('a,b,c,d,city,target\n');
  for (let row = 0; row < 1_000_000; row++) {
    const line = `${Math.sin(row) * 1000},${row % 97},${(row * 7919) % 1_000_003},${row % 13 === 0 ? '' : row / 3},city ${row % 50},${row % 3}\n`;
    if (!out.write(line)) await new Promise<void>((drained) => out.once('drain', () => drained()));
  }
  await new Promise<void>((done) => out.end(() => done()));
  return file;
}

interface Case {
  readonly name: string;
  readonly make: (folder: string) => string | Promise<string>;
  /** Seconds. */
  readonly goal: number;
}

const cases: readonly Case[] = [
  { name: 'import of 60,000 images from IDX', make: makeIdx, goal: 5 },
  { name: 'import of 20,000 PNG files', make: makePictures, goal: 60 },
  { name: 'import of a CSV table of 1,000,000 rows', make: makeTable, goal: 60 },
];

async function timeImport({ name, make, goal }: Case, folder: string): Promise<Figure> {
  const path = await make(folder);
  const workspace = openWorkspace(join(folder, 'workspace'), { create: true });
  const work = startDataWork({ workspace: workspace.path }, entry);
  await work.client.knownSummary({ id: 'digits' });
  const before = process.memoryUsage().rss;
  let most = before;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  delay.enable();
  const started = performance.now();
  await placeImport(await work.client.stage({ path, options: {} }), workspace);
  const value = (performance.now() - started) / 1000;
  delay.disable();
  clearInterval(timer);
  await work.close();
  workspace.close();
  const memory = Math.round((most - before) / 2 ** 20);
  return {
    name,
    value,
    unit: 's',
    goal,
    detail: `${memory} MiB more at most; main thread held up ${Math.round(delay.max / 1e6)} ms at most`,
  };
}

export const imports: Measurement = async ({ folder }) => {
  const figures: Figure[] = [];
  for (const one of cases) figures.push(await timeImport(one, folder()));
  return figures;
};
