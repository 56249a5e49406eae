// Pixels of pictures and drawings as the model's data has them.

export interface Pixels {
  /** channels × height × width, 0 to 255. */
  readonly samples: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The largest side that a picture is looked at in. */
const largestSide = 2048;

type Source = HTMLCanvasElement | HTMLVideoElement | ImageBitmap;

/** Transparent pixels are laid on white; the picture fills the shape, whatever its proportions. */
export function pixelsOf(source: Source, [channels, height, width]: readonly [number, number, number]): Pixels {
  const { canvas, context } = canvasOf(source);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const planes = shrunk(data, canvas.width, canvas.height, width, height);
  return { samples: channels === 1 ? greyOf(planes) : interlaced(planes), channels, height, width };
}

function canvasOf(source: Source): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const [width, height] =
    source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
  const scale = Math.min(1, largestSide / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return { canvas, context };
}

/** Red, green and blue planes; each element is the mean of the area that it covers. */
function shrunk(data: Uint8ClampedArray, fromWidth: number, fromHeight: number, width: number, height: number) {
  const planes = [0, 1, 2].map(() => new Float32Array(width * height));
  const across = sharesOf(fromWidth, width);
  const down = sharesOf(fromHeight, height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const sums = [0, 0, 0];
      for (const [y, tall] of down[row]!)
        for (const [x, wide] of across[column]!)
          for (let colour = 0; colour < 3; colour++)
            sums[colour] = sums[colour]! + tall * wide * data[(y * fromWidth + x) * 4 + colour]!;
      planes.forEach((plane, colour) => (plane[row * width + column] = sums[colour]!));
    }
  return planes;
}

/** For each new position the old ones that it covers, with their shares, which sum to 1. */
function sharesOf(from: number, to: number): (readonly [position: number, share: number])[][] {
  const step = from / to;
  return Array.from({ length: to }, (_, index) => {
    const start = index * step;
    const end = start + step;
    const shares: (readonly [number, number])[] = [];
    for (let at = Math.floor(start); at < Math.min(from, Math.ceil(end)); at++)
      shares.push([at, (Math.min(at + 1, end) - Math.max(at, start)) / step]);
    return shares;
  });
}

const linear = (value: number): number => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const encoded = (light: number): number =>
  255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

/** By luminance (of sRGB), as pictures are read for training. */
function greyOf([red, green, blue]: readonly Float32Array[]): Uint8Array {
  return Uint8Array.from(red!, (value, at) => {
    if (value === green![at] && value === blue![at]) return Math.round(value);
    const light = 0.2126 * linear(value) + 0.7152 * linear(green![at]!) + 0.0722 * linear(blue![at]!);
    return Math.round(encoded(light));
  });
}

function interlaced(planes: readonly Float32Array[]): Uint8Array {
  const size = planes[0]!.length;
  const all = new Uint8Array(3 * size);
  planes.forEach((plane, colour) => plane.forEach((value, at) => (all[colour * size + at] = Math.round(value))));
  return all;
}

export function inverted(pixels: Pixels): Pixels {
  return { ...pixels, samples: pixels.samples.map((value) => 255 - value) };
}

/** Draws the samples, one pixel each. */
export function paint(canvas: HTMLCanvasElement, { samples, channels, height, width }: Pixels): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  const plane = width * height;
  for (let at = 0; at < plane; at++) {
    for (let colour = 0; colour < 3; colour++)
      image.data[at * 4 + colour] = samples[(channels === 1 ? 0 : colour * plane) + at]!;
    image.data[at * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where ink (light on dark) is; nothing where there is none. */
export function inkExtent(ink: ArrayLike<number>, width: number, threshold = 64): Extent | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let at = 0; at < ink.length; at++) {
    if (ink[at]! < threshold) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return right < 0 ? undefined : { left, top, right, bottom };
}
