// Gaussian blur, along rows and then along columns.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation, type Canvas } from '../defineAugmentation.js';
import { exponential } from '../exactMath.js';

/** Weights ∝ exp(−d²/2σ²) up to d = ⌈3σ⌉; beyond the edges the last pixel goes on. */
export const blur = defineAugmentation({
  kind: 'pixels',
  type: 'blur',
  title: 'Blur',
  description: 'Softens the image by a Gaussian.',
  group: 'noise',
  probability: 0.5,
  options: {
    least: decimal({ label: 'Least', unit: 'px', min: 0, max: 10, fallback: 0.1 }),
    most: decimal({ label: 'Most', unit: 'px', min: 0, max: 10, fallback: 1 }),
  },
  ranges: [{ from: 'least', to: 'most', label: 'Radius σ', usual: [0, 4] }],
  nanoseconds: 20,
  apply(canvas, { least, most }, draws) {
    const sigma = draws.between(0, least, most);
    // A narrower Gaussian gives its neighbours less than a millionth.
    if (sigma < 0.19) return;
    const weights = gaussian(sigma);
    const { channels, width, height, data, scratch } = canvas;
    blurLines({ from: data, into: scratch, weights, lines: channels * height, length: width });
    blurColumns(canvas, weights);
  },
});

function gaussian(sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: reach + 1 }, (_, distance) =>
    exponential((-distance * distance) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight, distance) => sum + (distance === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / total);
}

interface Lines {
  readonly from: Float32Array;
  readonly into: Float32Array;
  readonly weights: Float64Array;
  readonly lines: number;
  readonly length: number;
}

function blurLines({ from, into, weights, lines, length }: Lines): void {
  const last = length - 1;
  for (let line = 0; line < lines; line++)
    for (let place = 0, start = line * length; place < length; place++) {
      let sum = weights[0]! * from[start + place]!;
      for (let distance = 1; distance < weights.length; distance++) {
        const before = place < distance ? 0 : place - distance;
        const after = place + distance > last ? last : place + distance;
        sum += weights[distance]! * (from[start + before]! + from[start + after]!);
      }
      into[start + place] = sum;
    }
}

/** From the scratch memory back: whole rows are added up, which goes along the memory. */
function blurColumns({ channels, width, height, data, scratch }: Canvas, weights: Float64Array): void {
  const row = new Float64Array(width);
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < height; y++) {
      const plane = channel * height;
      const middle = (plane + y) * width;
      for (let x = 0; x < width; x++) row[x] = weights[0]! * scratch[middle + x]!;
      for (let distance = 1; distance < weights.length; distance++) {
        const above = (plane + Math.max(0, y - distance)) * width;
        const below = (plane + Math.min(height - 1, y + distance)) * width;
        for (let x = 0; x < width; x++) row[x]! += weights[distance]! * (scratch[above + x]! + scratch[below + x]!);
      }
      data.set(row, middle);
    }
}
