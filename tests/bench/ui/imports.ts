// Imports: sixty thousand images from IDX files, twenty thousand PNG files; and what stays of memory.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { datasetsService } from '../../../contract/services/datasets.js';
import { workspaceService } from '../../../contract/services/workspace.js';
import { startHost } from '../../e2e/workbench/workbench.js';
import { connectTo } from '../../services/channel/transports.js';
import { pixels, writeIdx } from './idxFiles.js';
import type { Figure, Measurement } from './measure.js';

/** Different pictures; the files of a class repeat them. */
const variants = 97;

async function writeImages(folder: string, count: number): Promise<void> {
  const side = 32;
  const raw = { width: side, height: side, channels: 3 as const };
  const pictures = await Promise.all(
    Array.from({ length: variants }, (_, seed) =>
      sharp(pixels(1, side * side * 3, seed), { raw })
        .png()
        .toBuffer(),
    ),
  );
  for (let index = 0; index < count; index++) {
    const name = join(folder, `class${index % 10}`);
    if (index < 10) mkdirSync(name, { recursive: true });
    writeFileSync(join(name, `${index}.png`), pictures[index % variants]!);
  }
}

export const imports: Measurement = async ({ folder }) => {
  const files = folder();
  const idxFolder = join(files, 'mnist');
  const pngFolder = join(files, 'pictures');
  mkdirSync(idxFolder);
  mkdirSync(pngFolder);
  const images = 60_000;
  writeIdx(idxFolder, images);
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
