// A block of images as one bitmap: the images stand below each other, as the block's bytes already do.
import type { ImageBlock } from '../../../contract/services/datasets.js';

export interface ImageStrip {
  readonly bitmap: ImageBitmap;
  /** Of one image. */
  readonly width: number;
  readonly height: number;
  readonly examples: Int32Array;
  readonly classes: Int32Array;
  /** 0 train, 1 val, 2 test. */
  readonly parts: Uint8Array;
}

/** Browsers draw from bitmaps of at most 16,384 pixels in height; half of that suits every adapter. */
const tallest = 8192;

export async function makeStrip({ width, height, pixels, examples, classes, parts }: ImageBlock): Promise<ImageStrip> {
  const bytes = new Uint8ClampedArray(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.byteLength);
  const bitmap = await createImageBitmap(new ImageData(bytes, width, height * examples.length));
  return { bitmap, width, height, examples, classes, parts };
}

/** Images a page: what fits one bitmap and some four megapixels, a power of two. */
export function imagesPerPage(width: number, height: number): number {
  const most = Math.min(Math.floor(tallest / height), Math.floor(4_194_304 / (width * height)), 256);
  return 2 ** Math.floor(Math.log2(Math.max(1, most)));
}

/** Sides that pictures are asked for in; changing the zoom within one of them reads nothing again. */
const sides = [32, 64, 128, 256, 512, 1024] as const;

/** The smallest of them that fills `tile` device pixels. */
export function askedSide(tile: number): number {
  return sides.find((side) => side >= tile) ?? 1024;
}

/** What a picture of `width` × `height` becomes when it must fit a side; it is never enlarged. */
export function fitted(
  width: number,
  height: number,
  side: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, side / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Draws picture `index` of a strip into a square, whole, in the middle; enlarged pixels stay square. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  { bitmap, width, height }: ImageStrip,
  index: number,
  square: { readonly left: number; readonly top: number; readonly side: number },
): void {
  const scale = square.side / Math.max(width, height);
  const [wide, high] = [width * scale, height * scale];
  context.imageSmoothingEnabled = scale < 1;
  const left = square.left + (square.side - wide) / 2;
  const top = square.top + (square.side - high) / 2;
  context.drawImage(bitmap, 0, index * height, width, height, left, top, wide, high);
}
