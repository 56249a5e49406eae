// Imports: sixty thousand images from IDX files, twenty thousand PNG files; and what stays of memory.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { datasetsService } from '../../../contract/services/datasets.js';
import { workspaceService } from '../../../contract/services/workspace.js';
import { uniforms } from '../../../engine/random/fields.js';
import { startHost } from '../../e2e/workbench/workbench.js';
import { connectTo } from '../../services/channel/transports.js';
import type { Figure, Measurement } from './measure.js';

/** IDX: two zeros, the element type (8: uint8), the number of dimensions, the dimensions, the data. */
function idx(shape: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(shape.length, 3);
  shape.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index));
  return Buffer.concat([header, data]);
}

/** Bytes that a compressor neither shrinks to nothing nor gives up on: a gradient with noise. */
function pixels(count: number, size: number, seed: number): Uint8Array {
  const noise = uniforms({ seed, purpose: 'pixels', step: 0 }, size * 64);
  return Uint8Array.from(
    { length: count * size },
    (_, at) => ((at % size) / size) * 200 + 55 * noise[at % noise.length]!,
  );
}

async function writeImages(folder: string, count: number): Promise<void> {
  const side = 32;
  for (let index = 0; index < count; index++) {
    const name = join(folder, `class${index % 10}`);
    if (index < 10) mkdirSync(name, { recursive: true });
    const raw = { width: side, height: side, channels: 3 as const };
    writeFileSync(
      join(name, `${index}.png`),
      await sharp(pixels(1, side * side * 3, index % 97), { raw })
        .png()
        .toBuffer(),
    );
  }
}

export const imports: Measurement = async ({ folder }) => {
  const files = folder();
  const idxFolder = join(files, 'mnist');
  const pngFolder = join(files, 'pictures');
  mkdirSync(idxFolder);
  mkdirSync(pngFolder);
  const images = 60_000;
  writeFileSync(
    join(idxFolder, 'train-images-idx3-ubyte.gz'),
    gzipSync(idx([images, 28, 28], pixels(images, 784, 1)), { level: 1 }),
  );
  const labels = Uint8Array.from({ length: images }, (_, index) => index % 10);
  writeFileSync(join(idxFolder, 'train-labels-idx1-ubyte.gz'), gzipSync(idx([images], labels)));
  const pictures = 20_000;
  await writeImages(pngFolder, pictures);

  const host = await startHost(join(folder(), 'workspace'));
  const client = await connectTo(host.url);
  const { connection } = client;
  const datasets = connection.client(datasetsService);
  const workspace = connection.client(workspaceService);
  const figures: Figure[] = [];
  const measure = async (name: string, path: string, goal: number, count: number): Promise<void> => {
    const before = (await workspace.status({})).memoryBytes;
    let peak = before;
    const timer = setInterval(
      () => void workspace.status({}).then(({ memoryBytes }) => (peak = Math.max(peak, memoryBytes))),
      250,
    );
    const started = performance.now();
    const { count: imported } = await datasets.import({ path });
    const seconds = (performance.now() - started) / 1000;
    clearInterval(timer);
    if (imported !== count) throw new Error(`${name}: ${count} images were written, ${imported} imported`);
    figures.push({
      name,
      value: seconds,
      unit: 's',
      goal,
      detail: `${count} images; memory rose by ${Math.round((peak - before) / 1e6)} MB at most`,
    });
  };
  await measure('import from IDX', idxFolder, 5, images);
  await measure('import of PNG files', pngFolder, 60, pictures);
  await client.close();
  await host.stop();
  return figures;
};
