// Brightness, contrast, saturation and hue in one affine map of the colours.
import { decimal } from '../../../layers/options.js';
import { defineAugmentation, type Canvas } from '../defineAugmentation.js';
import { sineAndCosine } from '../exactMath.js';

/** Luma of Rec. 601. */
const [red, green, blue] = [0.299, 0.587, 0.114];

/**
 * In this order, each with a factor uniform in 1 ± its option: v·b; then mean + (v − mean)·c with the image's mean luma; then
 * luma + (v − luma)·s; then a turn by the hue's angle in the plane of U and V.
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
  idle: (_, channels) => (channels === 3 ? [] : ['saturation', 'hue']),
  nanoseconds: 6,
  apply(canvas, options, draws) {
    const brightness = 1 + draws.around(0, options.brightness);
    const contrast = 1 + draws.around(1, options.contrast);
    const offset = (1 - contrast) * brightness * meanLuma(canvas);
    if (canvas.channels !== 3) {
      scaleValues(canvas.data, brightness * contrast, offset);
      return;
    }
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

/** What the colour differences B − Y and R − Y count in the plane that hue turns: those of U and V. */
const [blueScale, redScale] = [0.492, 0.877];

/** Grey stays grey: the map does not move the offset, which is the same in all channels. Row-major 3×3. */
function colourMatrix(saturation: number, hue: number, factor: number): number[] {
  const { sine, cosine } = sineAndCosine(hue);
  const columns = [0, 1, 2].map((channel) => {
    const luma = [red, green, blue][channel]!;
    const u = blueScale * ((channel === 2 ? 1 : 0) - luma) * saturation;
    const v = redScale * ((channel === 0 ? 1 : 0) - luma) * saturation;
    const towardsBlue = (cosine * u - sine * v) / blueScale;
    const towardsRed = (sine * u + cosine * v) / redScale;
    const towardsGreen = -(red * towardsRed + blue * towardsBlue) / green;
    return [towardsRed, towardsGreen, towardsBlue].map((difference) => factor * (luma + difference));
  });
  return [0, 1, 2].flatMap((row) => columns.map((column) => column[row]!));
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
