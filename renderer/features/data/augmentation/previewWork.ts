// Makes the images of a preview a few at a time, so that a slider that is dragged never waits for them.
import type { ImageFormat } from '../../../../engine/data/augment/defineAugmentation.js';
import { ImagePipeline, type Source } from '../../../../engine/data/augment/imagePipeline.js';
import type { Augmentation } from '../../../../engine/data/augment/pipeline.js';
import type { PreviewImages } from './previewImages.js';

/** One image of the grid. */
export interface Tile {
  readonly example: number;
  /** From 0; undefined for the image as it is. */
  readonly epoch: number | undefined;
}

export interface PreviewRequest {
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** The training part, in its order. */
  readonly partners: Int32Array;
  /** In the order in which they are to appear. */
  readonly tiles: readonly Tile[];
}

/** Gives the image of a tile, and what it is made of: the image itself first. */
export type Paint = (tile: number, image: Float32Array, sources: readonly Source[]) => void;

export class PreviewWork {
  private pipeline: ImagePipeline | undefined;
  private tiles: readonly Tile[] = [];
  private waiting: number[] = [];
  private made = 0;
  private spent = 0;

  constructor(
    private readonly images: PreviewImages,
    private readonly format: ImageFormat,
  ) {}

  /** @returns the examples that are still missing. @throws EngineError `augment.*` for faults of the pipeline */
  start({ augmentation, seed, partners, tiles }: PreviewRequest): ReadonlySet<number> {
    const { images, format } = this;
    const read = (example: number, into: Float32Array): void => images.read(example, into);
    this.pipeline = new ImagePipeline({ augmentation, format, seed, partners, read });
    this.tiles = tiles;
    this.waiting = tiles.map((_, index) => index);
    return new Set(tiles.flatMap((tile) => this.missing(tile)));
  }

  /** Milliseconds an augmented image, over those that were made since {@link start}; undefined before there are some. */
  get milliseconds(): number | undefined {
    return this.made === 0 ? undefined : this.spent / this.made;
  }

  /** Makes what can be made until `deadline` (of `performance.now()`), at least one image; false when nothing is left to make now. */
  proceed(deadline: number, paint: Paint): boolean {
    const later: number[] = [];
    let isLate = false;
    while (this.waiting.length > 0 && !isLate) {
      const index = this.waiting.shift()!;
      const tile = this.tiles[index]!;
      if (this.missing(tile).length > 0) later.push(index);
      else this.make(index, tile, paint);
      isLate = performance.now() >= deadline;
    }
    const goesOn = this.waiting.length > 0;
    this.waiting = [...this.waiting, ...later];
    return goesOn;
  }

  private make(index: number, { example, epoch }: Tile, paint: Paint): void {
    if (epoch === undefined) {
      paint(index, this.original(example), [{ example, weight: 1 }]);
      return;
    }
    const start = performance.now();
    const image = this.pipeline!.image({ epoch, example });
    this.spent += performance.now() - start;
    this.made++;
    paint(index, image, this.pipeline!.sources({ epoch, example }));
  }

  private original(example: number): Float32Array {
    const { channels, width, height } = this.format;
    const image = new Float32Array(channels * width * height);
    this.images.read(example, image);
    return image;
  }

  private missing({ example, epoch }: Tile): number[] {
    const sources = epoch === undefined ? [{ example }] : this.pipeline!.sources({ epoch, example });
    return sources.map((source) => source.example).filter((source) => !this.images.has(source));
  }
}
