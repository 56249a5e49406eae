// Image files as raw samples of one size: several are decoded at once, in sharp's threads, and come out in order.
import sharp from 'sharp';
import type { ImageSize } from './imageSize.js';

/** More pixels are refused before they are decoded: a small file may claim any size. */
const mostPixels = 100_000_000;
/** Decoded at once. sharp has as many threads as libuv: four. */
const atOnce = 6;

// One image is too small to be worth several threads; several images at once are not.
sharp.concurrency(1);
// Every file is read once: keeping decoded ones only takes memory.
sharp.cache(false);

/** Decodes to 8-bit samples of 1 or 3 channels, rows outermost, turned as the camera was; transparent pixels are laid on white. */
export async function decodePixels(bytes: Uint8Array, channels: 1 | 3, size?: { width: number; height: number }) {
  const image = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' })
    .autoOrient()
    .flatten({ background: '#fff' });
  const sized = size ? image.resize({ ...size, fit: 'fill' }) : image;
  // sharp widens grey to three channels; 'b-w' brings it to one.
  const colour = channels === 1 ? sized.toColourspace('b-w').extractChannel(0) : sized.toColourspace('srgb');
  return colour.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
}

/** Why an image could not be decoded, in words. */
export function whyNot(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(message)) return `it has more than ${mostPixels / 1e6} million pixels`;
  if (/Input (Bit Array|buffer) is empty/i.test(message)) return 'the file is empty';
  const cutOff = /premature end of (\w+)/i.exec(message);
  if (cutOff) return `it is cut off (premature end of the ${cutOff[1]!} file)`;
  if (/unsupported image format/i.test(message)) return 'it is no image of a known format';
  return message.split('\n')[0]!;
}

/** Interleaved samples to channels × height × width. */
export function toPlanes(samples: Uint8Array, channels: number, into: Uint8Array): void {
  const plane = samples.length / channels;
  if (channels === 1) {
    into.set(samples);
    return;
  }
  for (let channel = 0, to = 0; channel < channels; channel++)
    for (let at = 0, from = channel; at < plane; at++, from += channels) into[to++] = samples[from]!;
}

export type DecodedImage =
  | { readonly index: number; readonly bytes: Uint8Array; readonly planes: Uint8Array }
  | { readonly index: number; readonly fault: string };

/** The images of a source in order, channels × height × width; those that cannot be read with the reason. */
export async function* decodeImages(
  count: number,
  read: (index: number) => Promise<Uint8Array>,
  size: ImageSize,
  signal?: AbortSignal,
): AsyncGenerator<DecodedImage> {
  const running: Promise<DecodedImage>[] = [];
  let started = 0;
  while (started < count || running.length > 0) {
    signal?.throwIfAborted();
    while (started < count && running.length < atOnce) running.push(decodeOne(started++, read, size));
    yield await running.shift()!;
  }
}

async function decodeOne(
  index: number,
  read: (index: number) => Promise<Uint8Array>,
  { width, height, channels }: ImageSize,
): Promise<DecodedImage> {
  try {
    const bytes = await read(index);
    const { data } = await decodePixels(bytes, channels, { width, height });
    const planes = new Uint8Array(data.length);
    toPlanes(data, channels, planes);
    return { index, bytes, planes };
  } catch (error) {
    return { index, fault: whyNot(error) };
  }
}
