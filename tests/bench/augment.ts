// How fast images are augmented on one core: each transform by itself, and pipelines as they are used.
import { ImagePipeline } from '../../engine/data/augment/imagePipeline.js';
import { augmentations } from '../../engine/data/augment/index.js';
import { readAugmentation, type AugmentationSource } from '../../engine/data/augment/pipeline.js';
import { randomWords } from '../../engine/random/philox.js';

type Transforms = AugmentationSource['transforms'];

interface Format {
  readonly channels: number;
  readonly side: number;
}

const formats: readonly Format[] = [
  { channels: 1, side: 28 },
  { channels: 3, side: 32 },
  { channels: 3, side: 224 },
];
const typical: Transforms = ['flip', 'crop', 'rotate', 'colour', 'erase'].map((type) => ({ type }));
const pipelines: Readonly<Record<string, Transforms>> = {
  'flip, crop': typical.slice(0, 2),
  'flip, crop, rotate, colour, erase': typical,
  'these, blur, noise, mixup': [...typical, { type: 'blur' }, { type: 'noise' }, { type: 'mixup' }],
};
const images = 64;

/** Of this process, in microseconds: what other programs take of the machine does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds of processor time an image: the shortest of five rounds. */
function timeOf(transforms: Transforms, { channels, side }: Format, seconds: number): number {
  const size = channels * side * side;
  const data = Uint8Array.from(randomWords({ seed: 1, purpose: 'bench' }, size * images), (word) => word >>> 24);
  const pipeline = new ImagePipeline({
    augmentation: readAugmentation({ transforms }),
    format: { channels, height: side, width: side, white: 255, clamped: true },
    seed: 1,
    partners: Int32Array.from({ length: images }, (_, example) => example),
    read: (example, into) => into.set(data.subarray(example * size, (example + 1) * size)),
  });
  let best = Infinity;
  for (let round = 0, made = 0; round < 5; round++) {
    const start = processorTime();
    const before = made;
    do
      for (let count = 0; count < 8; count++)
        pipeline.image({ epoch: Math.floor(made / images), example: made++ % images });
    while (processorTime() - start < seconds * 200_000);
    best = Math.min(best, (processorTime() - start) / (made - before));
  }
  return best;
}

/** Prints a table; `seconds` a measurement. */
export function benchAugmentation(seconds = 1): void {
  const name = ({ channels, side }: Format): string => `${side} × ${side} × ${channels}`;
  const rows = augmentations.map(({ type }): [string, Transforms] => [type, [{ type, probability: 1 }]]);
  console.log(`| µs an image | ${formats.map(name).join(' | ')} |\n| --- |${' --- |'.repeat(formats.length)}`);
  for (const [label, transforms] of [...rows, ...Object.entries(pipelines)]) {
    const times = formats.map((format) => timeOf(transforms, format, seconds));
    const rate = label in pipelines ? (time: number) => ` (${Math.round(1e6 / time)}/s)` : () => '';
    console.log(`| ${label} | ${times.map((time) => `${Number(time.toPrecision(3))}${rate(time)}`).join(' | ')} |`);
  }
}
