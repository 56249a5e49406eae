// Brightness, contrast, saturation and hue in one affine map of the colours.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation, type Canvas } from '../defineAugmentation.js';
import { sineAndCosine } from '../exactMath.js';

/** Luma of Rec. 601. */
const [red, green, blue] = [0.299, 0.587, 0.114];

/**
 * In this order, each with a factor uniform in 1 ± its option: v·b; then mean + (v − mean)·c with the image's mean luma; then
 * luma + (v − luma)·s; then a turn of the colour by the hue's angle about the grey axis, in YIQ.
 */
export const colour = defineAugmentation({
  kind: 'pixels',
  type: 'colour',
  title: 'Colour',
  description: 'Changes brightness and contrast; of colour images saturation and hue, too.',
  group: 'colour',
  probability: 1,
  options: {
    brightness: decimal({ label: 'Brightness', unit: '± share', min: 0, max: 1, fallback: 0.2 }),
    contrast: decimal({ label: 'Contrast', unit: '± share', min: 0, max: 1, fallback: 0.2 }),
    saturation: decimal({
      label: 'Saturation',
      unit: '± share',
      description: 'Of colour images',
      min: 0,
      max: 1,
      fallback: 0.2,
    }),
    hue: decimal({ label: 'Hue', unit: '± °', description: 'Of colour images', min: 0, max: 180, fallback: 10 }),
  },
  nanoseconds: 4,
  apply(canvas, options, draws) {
    const brightness = 1 + draws.around(0, options.brightness);
    const contrast = 1 + draws.around(1, options.contrast);
    const offset = (1 - contrast) * brightness * meanLuma(canvas);
    if (canvas.channels !== 3) { scaleValues(canvas.data, brightness * contrast, offset); return; }
    const saturation = 1 + draws.around(2, options.saturation);
    mapColours(canvas, colourMatrix(saturation, draws.around(3, options.hue), brightness * contrast), offset);
  },
});

function scaleValues(data: Float32Array, factor: number, offset: number): void {
  for (let index = 0; index < data.length; index++) data[index] = data[index]! * factor + offset;
}

function meanLuma({ data, channels, width, height }: Canvas): number {
  const plane = width * height;
  const weights = channels === 3 ? [red, green, blue] : new Array<number>(channels).fill(1 / channels);
  let sum = 0;
  weights.forEach((weight, channel) => {
    let part = 0;
    for (let index = channel * plane; index < (channel + 1) * plane; index++) part += data[index]!;
    sum += weight * part;
  });
  return sum / plane;
}

/** Grey stays grey: the map does not move the offset, which is the same in all channels. */
function colourMatrix(saturation: number, hue: number, factor: number): number[] {
  const { sine, cosine } = sineAndCosine(hue);
  // Saturation scales I and Q as the hue turns them: both at once.
  const [turn, side] = [saturation * cosine, saturation * sine];
  const fromRgb = [red, green, blue, 0.5959, -0.2746, -0.3213, 0.2115, -0.5227, 0.3112];
  const toRgb = [1, 0.956, 0.619, 1, -0.272, -0.647, 1, -1.106, 1.703];
  const matrix: number[] = [];
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) {
      const [luma, i, q] = [fromRgb[column]!, fromRgb[3 + column]!, fromRgb[6 + column]!];
      const turnedI = turn * i - side * q;
      const turnedQ = side * i + turn * q;
      matrix.push(factor * (luma + toRgb[row * 3 + 1]! * turnedI + toRgb[row * 3 + 2]! * turnedQ));
    }
  return matrix;
}

function mapColours({ data, width, height }: Canvas, matrix: readonly number[], offset: number): void {
  const plane = width * height;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  for (let index = 0; index < plane; index++) {
    const r = data[index]!;
    const s = data[index + plane]!;
    const t = data[index + 2 * plane]!;
    data[index] = a * r + b * s + c * t + offset;
    data[index + plane] = d * r + e * s + f * t + offset;
    data[index + 2 * plane] = g * r + h * s + i * t + offset;
  }
}
