// The size that images of a folder are brought to unless something else is chosen.
import sharp from 'sharp';
import type { ImageSource } from './imageSource.js';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

const looked = 40;
const mostNative = 128;
const usual = 64;

/** From some images at even distances: their own size where all have the same and it is small, else 64 × 64; grey where all are. */
export async function suggestImageSize(source: ImageSource): Promise<ImageSize> {
  const count = source.files.length;
  const step = Math.max(1, Math.floor(count / looked));
  const found: { width: number; height: number; isGrey: boolean }[] = [];
  for (let index = 0; index < count && found.length < looked; index += step) {
    const seen = await lookAt(source, index).catch(() => undefined);
    if (seen) found.push(seen);
  }
  const [first] = found;
  if (!first) return { width: usual, height: usual, channels: 3 };
  const alike = found.every(({ width, height }) => width === first.width && height === first.height);
  const isSmall = Math.max(first.width, first.height) <= mostNative;
  const size = alike && isSmall ? { width: first.width, height: first.height } : { width: usual, height: usual };
  return { ...size, channels: found.every(({ isGrey }) => isGrey) ? 1 : 3 };
}

async function lookAt(source: ImageSource, index: number) {
  const { autoOrient, space, channels } = await sharp(await source.read(index)).metadata();
  const isGrey = space === 'b-w' || space === 'grey16' || channels < 3;
  return { width: autoOrient.width, height: autoOrient.height, isGrey };
}
