// Images of a data set as RGBA for a canvas, scaled down where they are larger than what is asked for.
import type { ImageBlock } from '../../../contract/services/datasets.js';
import type { ArrayColumn } from '../../../engine/data/dataSet.js';
import { elementsOf, rangeOf } from './elements.js';
import { classColumnOf, imageColumnOf, type OpenDataSet } from './openDataSet.js';

/** How samples become brightness: brightness = (sample − low) × scale, from 0 to 255. */
interface Brightness {
  readonly low: number;
  readonly scale: number;
}

/** @param size the longer side is at most this many pixels; left out: as they are. Without images: a block of none. */
export function imageBlock(
  open: Pick<OpenDataSet, 'dataSet' | 'partOf'>,
  examples: Int32Array,
  size: number | undefined,
  total = examples.length,
): ImageBlock {
  const { dataSet, partOf } = open;
  const column = imageColumnOf(dataSet);
  const codes = classColumnOf(dataSet)?.codes;
  const common = {
    examples: examples.slice(),
    classes: examples.map((example) => codes?.[example] ?? -1),
    parts: Uint8Array.from(examples, (example) => partOf[example]!),
    total,
  };
  if (!column) return { width: 0, height: 0, pixels: new Uint8Array(0), ...common };
  const [, height, width] = column.shape as [number, number, number];
  const shrink = size === undefined ? 1 : Math.min(1, size / Math.max(width, height));
  const target = { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
  const pixels = new Uint8Array(examples.length * target.width * target.height * 4);
  const draw = shrink === 1 ? copyImage : averageImage;
  const brightness = brightnessOf(column);
  examples.forEach((example, at) =>
    draw(column, example, brightness, target, pixels.subarray(at * target.width * target.height * 4)),
  );
  return { ...target, pixels, ...common };
}

/** Bytes and shares of 1 are what they seem; anything else is stretched from its least to its greatest value. */
function brightnessOf(column: ArrayColumn): Brightness {
  if (column.dtype === 'uint8') return { low: 0, scale: 1 };
  const [least, greatest] = rangeOf(column);
  if (least >= 0 && greatest <= 1) return { low: 0, scale: 255 };
  if (least >= 0 && greatest <= 255) return { low: 0, scale: 1 };
  return { low: least, scale: greatest > least ? 255 / (greatest - least) : 0 };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Planes (1: grey, 3: colour, 4: with opacity) interleaved. */
function copyImage(
  column: ArrayColumn,
  example: number,
  { low, scale }: Brightness,
  size: Size,
  into: Uint8Array,
): void {
  const channels = column.shape[0]!;
  const plane = size.width * size.height;
  const data = elementsOf(column);
  const start = example * channels * plane;
  for (let at = 0; at < plane; at++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = data[start + (channels === 1 ? 0 : channel) * plane + at]!;
      into[4 * at + channel] = clamp((value - low) * scale);
    }
    into[4 * at + 3] = channels === 4 ? clamp((data[start + 3 * plane + at]! - low) * scale) : 255;
  }
}

function clamp(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}

/** Each pixel is the mean of those that it covers. */
function averageImage(
  column: ArrayColumn,
  example: number,
  { low, scale }: Brightness,
  size: Size,
  into: Uint8Array,
): void {
  const [channels, height, width] = column.shape as [number, number, number];
  const data = elementsOf(column);
  const start = example * channels * height * width;
  for (let y = 0; y < size.height; y++) {
    const [top, bottom] = covered(y, size.height, height);
    for (let x = 0; x < size.width; x++) {
      const [left, right] = covered(x, size.width, width);
      const to = 4 * (y * size.width + x);
      into[to + 3] = 255;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let row = top; row < bottom; row++)
          for (let at = left; at < right; at++) sum += data[start + (channel * height + row) * width + at]!;
        into[to + channel] = clamp((sum / ((bottom - top) * (right - left)) - low) * scale);
      }
      if (channels === 1) into[to + 1] = into[to + 2] = into[to]!;
    }
  }
}

function covered(at: number, count: number, of: number): [from: number, to: number] {
  const from = Math.floor((at * of) / count);
  return [from, Math.max(from + 1, Math.floor(((at + 1) * of) / count))];
}

/** Thumbnails of a list: at most this many, in turn one of each class. */
const mostThumbnails = 24;
const thumbnailSize = 32;

/** Null where the data set has no images. */
export function thumbnailsOf(open: OpenDataSet): ImageBlock | null {
  if (!imageColumnOf(open.dataSet)) return null;
  const codes = classColumnOf(open.dataSet)?.codes;
  const { count } = open.dataSet;
  if (!codes)
    return imageBlock(
      open,
      Int32Array.from({ length: Math.min(count, mostThumbnails) }, (_, at) => at),
      thumbnailSize,
    );
  const byClass = new Map<number, number[]>();
  for (let example = 0; example < count; example++) {
    const list = byClass.get(codes[example]!);
    if (!list) byClass.set(codes[example]!, [example]);
    else if (list.length < mostThumbnails) list.push(example);
  }
  const classes = [...byClass.entries()].sort(([a], [b]) => a - b).map(([, list]) => list);
  const chosen: number[] = [];
  for (let turn = 0; turn < mostThumbnails; turn++)
    for (const list of classes)
      if (list[turn] !== undefined && chosen.length < mostThumbnails) chosen.push(list[turn]!);
  return imageBlock(open, Int32Array.from(chosen), thumbnailSize);
}
