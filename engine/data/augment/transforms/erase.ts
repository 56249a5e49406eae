// Random erasing (Zhong et al. 2017, arXiv:1708.04896); with a fixed area and shape it is cutout (DeVries & Taylor 2017).
import { choice, decimal, whole } from '../../../layers/options.js';
import { defineAugmentation, type Box, type Canvas } from '../defineAugmentation.js';
import type { Draws } from '../draws.js';

export const erase = defineAugmentation({
  kind: 'pixels',
  type: 'erase',
  title: 'Erase',
  description: 'Covers rectangles, so that no single part of the image is enough.',
  group: 'noise',
  probability: 0.5,
  options: {
    least: decimal({ label: 'Smallest area', unit: 'share', min: 0, max: 1, fallback: 0.02 }),
    most: decimal({ label: 'Largest area', unit: 'share', min: 0, max: 1, fallback: 0.2 }),
    ratio: decimal({
      label: 'Aspect ratio',
      unit: '×',
      description: 'Up to this many times wider or taller than a square',
      min: 1,
      max: 8,
      fallback: 3.3,
    }),
    count: whole({ label: 'Rectangles', min: 1, max: 4, fallback: 1 }),
    filling: choice(['value', 'mean', 'noise'], {
      label: 'Filled with',
      description: 'value: the one below; mean: of each channel; noise: a random value for every pixel',
      fallback: 'value',
    }),
    value: decimal({ label: 'Value', unit: 'share', description: 'From black to white', min: 0, max: 1, fallback: 0 }),
  },
  idle: ({ filling }) => (filling === 'value' ? [] : ['value']),
  ranges: [{ from: 'least', to: 'most', label: 'Area' }],
  nanoseconds: 2,
  apply(canvas, { count, filling, value, ...shape }, draws) {
    const words = filling === 'noise' ? draws.fieldWords(canvas.data.length) : undefined;
    for (let index = 0; index < count; index++) {
      const box = boxOf(canvas, shape, draws, index * 4);
      for (let channel = 0; channel < canvas.channels; channel++)
        fill(canvas, channel, box, words ?? (filling === 'mean' ? meanOf(canvas, channel) : value * canvas.white));
    }
  },
});

/** Area and aspect ratio are uniform, as in the paper; it lies within the image, cut where it would be larger. */
function boxOf(
  { width, height }: Canvas,
  { least, most, ratio }: { readonly least: number; readonly most: number; readonly ratio: number },
  draws: Draws,
  first: number,
): Box {
  const area = draws.between(first, least, most) * width * height;
  const aspect = draws.between(first + 1, 1 / ratio, ratio);
  const box = {
    width: Math.min(width, Math.round(Math.sqrt(area * aspect))),
    height: Math.min(height, Math.round(Math.sqrt(area / aspect))),
  };
  const left = draws.whole(first + 2, width - box.width + 1);
  return { ...box, left, top: draws.whole(first + 3, height - box.height + 1) };
}

function fill(canvas: Canvas, channel: number, box: Box, value: number | Uint32Array): void {
  const { data, width, height, white } = canvas;
  for (let y = box.top; y < box.top + box.height; y++) {
    const start = (channel * height + y) * width + box.left;
    if (typeof value === 'number') data.fill(value, start, start + box.width);
    else for (let at = start; at < start + box.width; at++) data[at] = (value[at]! >>> 8) * 2 ** -24 * white;
  }
}

function meanOf({ data, width, height }: Canvas, channel: number): number {
  const plane = width * height;
  let sum = 0;
  for (let index = channel * plane; index < (channel + 1) * plane; index++) sum += data[index]!;
  return sum / plane;
}
