// Runs a pipeline over images, each a pure function of (seed, epoch, example): training and previews call this and nothing else.
import type { Blend, Box, Canvas, ImageFormat, Placement } from './defineAugmentation.js';
import { Draws, type DrawKey } from './draws.js';
import { product, stretch, type Size } from './matrix.js';
import { corrupts, resolveAugmentation, type Augmentation, type ResolvedTransform } from './pipeline.js';
import { resample } from './resample.js';

/** Writes the stored values of one image, channels × height × width. */
export type ReadImage = (example: number, into: Float32Array) => void;

export interface PipelineOptions {
  readonly augmentation: Augmentation;
  readonly format: ImageFormat;
  readonly seed: number;
  /** Example numbers that images are mixed with: the training part. */
  readonly partners: ArrayLike<number>;
  readonly read: ReadImage;
}

/** An example that an image is made of, and how much of its target counts. */
export interface Source {
  readonly example: number;
  readonly weight: number;
}

interface Stage extends ResolvedTransform {
  readonly draws: Draws;
  readonly blend?: (draws: Draws, target: Size) => Blend;
}

interface MixedWith {
  readonly partner: number;
  readonly blend: Blend;
}

export class ImagePipeline {
  private readonly stages: readonly Stage[];
  /** Each draws for itself, so that those that are left out change nothing about the others. */
  private readonly cleanStages: readonly Stage[];
  private readonly benches: Workbench[] = [];
  private readonly numbers: number;

  /** Throws `augment.*` for faults of the pipeline. */
  constructor(private readonly options: PipelineOptions) {
    this.stages = resolveAugmentation(options.augmentation).map((transform) => {
      const { definition, place } = transform;
      const draws = new Draws(options.seed, place);
      return definition.kind === 'mixing'
        ? { ...transform, draws, blend: definition.blender(transform.options) }
        : { ...transform, draws };
    });
    this.cleanStages = this.stages.filter(({ definition }) => !corrupts(definition));
    const { channels, height, width } = options.format;
    this.numbers = channels * height * width;
  }

  /** The image of the key in stored values; valid until the next call. */
  image(key: DrawKey): Float32Array {
    return this.run(key, this.stages, 0);
  }

  /** The same image, as it would be if nothing had corrupted it (noise, blur, erasing): flipped, moved and mixed alike. */
  cleanImage(key: DrawKey): Float32Array {
    return this.run(key, this.cleanStages, 0);
  }

  /** Whose targets the image's is mixed of, itself first; weights add up to 1. */
  sources(key: DrawKey, until = this.stages.length): readonly Source[] {
    let sources: readonly Source[] = [{ example: key.example, weight: 1 }];
    this.stages.slice(0, until).forEach((stage, index) => {
      const mixed = this.mixing(stage, key);
      if (!mixed) return;
      const { share } = mixed.blend;
      const others = this.sources({ ...key, example: mixed.partner }, index);
      sources = [...weighted(sources, share), ...weighted(others, 1 - share)];
    });
    return sources;
  }

  private run(key: DrawKey, stages: readonly Stage[], depth: number): Float32Array {
    const { read } = this.options;
    const bench = (this.benches[depth] ??= new Workbench(this.options.format));
    read(key.example, bench.begin());
    for (const [index, stage] of stages.entries()) {
      const { definition, options, draws, probability } = stage;
      if (definition.kind === 'mixing') {
        const mixed = this.mixing(stage, key);
        if (!mixed) continue;
        const other = this.run({ ...key, example: mixed.partner }, stages.slice(0, index), depth + 1);
        bench.mix(other, mixed.blend);
        continue;
      }
      draws.move(key);
      if (!draws.applies(probability)) continue;
      if (definition.kind === 'pixels') definition.apply(bench.canvas(), options, draws);
      else {
        const { size, target } = bench;
        bench.place(definition.place({ options, draws, size, target }));
      }
    }
    return bench.finish().subarray(0, this.numbers);
  }

  private mixing({ definition, blend, draws, probability }: Stage, key: DrawKey): MixedWith | undefined {
    const { partners, format } = this.options;
    if (definition.kind !== 'mixing' || partners.length === 0) return undefined;
    draws.move(key);
    if (!draws.applies(probability)) return undefined;
    return { partner: partners[draws.whole(0, partners.length)]!, blend: blend!(draws, format) };
  }
}

function weighted(sources: readonly Source[], factor: number): Source[] {
  return sources.map(({ example, weight }) => ({ example, weight: weight * factor }));
}

/** The memory of one image on its way: the picture as it is, and where its pixels are to be taken from next. */
class Workbench {
  readonly target: Size;
  private front: Float32Array;
  private back: Float32Array;
  /** Of the pixels in `front`. */
  private drawn: Size;
  private pending: Placement | undefined;
  /** Whether values may lie beyond black and white. */
  private loose = false;

  constructor(private readonly format: ImageFormat) {
    const { channels, width, height } = format;
    this.target = { width, height };
    this.drawn = this.target;
    this.front = new Float32Array(channels * width * height);
    this.back = new Float32Array(this.front.length);
  }

  /** Where the stored image is to be written. */
  begin(): Float32Array {
    const { channels, width, height } = this.format;
    this.drawn = this.target;
    this.pending = undefined;
    this.loose = false;
    return this.front.subarray(0, channels * width * height);
  }

  /** Of the picture with all that is pending. */
  get size(): Size {
    return this.pending?.size ?? this.drawn;
  }

  place(next: Placement): void {
    if (this.pending && !agree(this.pending, next)) this.draw();
    const before = this.pending;
    this.pending = before
      ? { ...next, matrix: product(before.matrix, next.matrix), edges: next.edges ?? before.edges }
      : next;
  }

  canvas(): Canvas {
    this.draw();
    this.loose = true;
    const { channels, white } = this.format;
    const length = channels * this.drawn.width * this.drawn.height;
    return { channels, white, ...this.drawn, data: this.front.subarray(0, length), scratch: this.back };
  }

  mix(other: Float32Array, blend: Blend): void {
    const image = this.finish();
    if (blend.box) copyBox(other, image, this.format, blend.box);
    else
      for (let index = 0; index < other.length; index++)
        image[index] = other[index]! + (image[index]! - other[index]!) * blend.share;
  }

  /** The picture in its own size and within its bounds. */
  finish(): Float32Array {
    const { size, target } = this;
    if (size.width !== target.width || size.height !== target.height)
      this.place({ matrix: stretch(size, target), edges: undefined, size: target });
    this.draw();
    if (this.loose && this.format.clamped) this.clamp();
    return this.front;
  }

  private draw(): void {
    if (!this.pending) return;
    const { matrix, edges, size } = this.pending;
    const { channels, white } = this.format;
    const length = channels * size.width * size.height;
    if (this.back.length < length) this.back = new Float32Array(length);
    const { mode, fill } = edges ?? { mode: 'edge', fill: 0 };
    const how = { channels, matrix, mode, fill: fill * white };
    resample({ data: this.front, ...this.drawn }, { data: this.back, ...size }, how);
    [this.front, this.back] = [this.back, this.front];
    if (this.back.length < this.front.length) this.back = new Float32Array(this.front.length);
    this.drawn = size;
    this.pending = undefined;
  }

  private clamp(): void {
    const { channels, white } = this.format;
    const { front } = this;
    const length = channels * this.drawn.width * this.drawn.height;
    for (let index = 0; index < length; index++) {
      const value = front[index]!;
      if (value < 0) front[index] = 0;
      else if (value > white) front[index] = white;
    }
    this.loose = false;
  }
}

/** Two maps are one where they see the same beyond the edges, or one of them does not look there. */
function agree({ edges: one }: Placement, { edges: other }: Placement): boolean {
  return !one || !other || (one.mode === other.mode && one.fill === other.fill);
}

function copyBox(from: Float32Array, into: Float32Array, { channels, width, height }: ImageFormat, box: Box): void {
  for (let channel = 0; channel < channels; channel++)
    for (let y = box.top; y < box.top + box.height; y++) {
      const start = (channel * height + y) * width + box.left;
      into.set(from.subarray(start, start + box.width), start);
    }
}
