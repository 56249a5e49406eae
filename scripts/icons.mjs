// Makes the icons that packages need from the drawings in resources/icons: PNG for Linux, ICO for Windows, ICNS for macOS.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from './ensureInstalled.mjs';

/** Edges in pixels; ICO knows up to 256. */
const icoSizes = [16, 24, 32, 48, 64, 128, 256];
/** Types of ICNS by the edge of their PNG; some edges are also the doubled form of half of it. */
const icnsTypes = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
];

function png(drawing, size) {
  return sharp(join(root, 'resources/icons', `${drawing}.svg`), { density: 96 })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Layout, little-endian: 6 bytes of head (0, type 1, count), 16 bytes an entry, the PNGs. */
async function ico(drawing) {
  const images = await Promise.all(icoSizes.map((size) => png(drawing, size)));
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach((image, index) => {
    const at = 6 + 16 * index;
    // 0 stands for 256.
    head.writeUInt8(icoSizes[index] % 256, at);
    head.writeUInt8(icoSizes[index] % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(image.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += image.length;
  });
  return Buffer.concat([head, ...images]);
}

/** Layout, big-endian: `icns`, length of all; then for each image its type, its length with these 8 bytes, the PNG. */
async function icns(drawing) {
  const parts = await Promise.all(
    icnsTypes.map(async ([type, size]) => {
      const image = await png(drawing, size);
      return Buffer.concat([headOf(type, image.length), image]);
    }),
  );
  const body = Buffer.concat(parts);
  return Buffer.concat([headOf('icns', body.length), body]);
}

function headOf(type, length) {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(length + 8, 4);
  return head;
}

/** Writes them into `folder`: `app.png`, `app.ico`, `app.icns`, likewise `file.*`. */
export async function makeIcons(folder) {
  mkdirSync(folder, { recursive: true });
  for (const drawing of ['app', 'file']) {
    writeFileSync(join(folder, `${drawing}.png`), await png(drawing, 1024));
    writeFileSync(join(folder, `${drawing}.ico`), await ico(drawing));
    writeFileSync(join(folder, `${drawing}.icns`), await icns(drawing));
  }
}
