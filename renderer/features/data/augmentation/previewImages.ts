// The images that a preview needs, as stored values: asked for in one call, kept while the panel is open.
import type { ImageBlock } from '../../../../contract/services/datasets.js';

export type AskImages = (examples: Int32Array) => Promise<ImageBlock>;

/** Images of a call; the service gives at most 1,024. */
const most = 512;
/** Images that are kept, in bytes of stored values. */
const keptBytes = 96 * 2 ** 20;

export class PreviewImages {
  private readonly images = new Map<number, Uint8Array>();
  private readonly classes = new Map<number, number>();
  private readonly asked = new Set<number>();
  private bytes = 0;

  constructor(
    private readonly ask: AskImages,
    private readonly channels: number,
  ) {}

  has(example: number): boolean {
    return this.images.has(example);
  }

  /** −1 where it has none or is not known yet. */
  classOf(example: number): number {
    return this.classes.get(example) ?? -1;
  }

  /** Channels × height × width, as bytes. */
  read(example: number, into: Float32Array): void {
    const image = this.images.get(example);
    if (image) into.set(image);
    else into.fill(0);
  }

  /** Resolves to whether any have come; those that are on their way are not asked for again. */
  async need(examples: Iterable<number>): Promise<boolean> {
    const missing = [...new Set(examples)].filter((example) => !this.images.has(example) && !this.asked.has(example));
    if (missing.length === 0) return false;
    for (const example of missing) this.asked.add(example);
    try {
      for (let at = 0; at < missing.length; at += most)
        this.keep(await this.ask(Int32Array.from(missing.slice(at, at + most))));
      return true;
    } finally {
      for (const example of missing) this.asked.delete(example);
    }
  }

  private keep({ width, height, pixels, examples, classes }: ImageBlock): void {
    const plane = width * height;
    examples.forEach((example, at) => {
      const image = planesOf(pixels.subarray(at * plane * 4, (at + 1) * plane * 4), this.channels);
      this.images.set(example, image);
      this.classes.set(example, classes[at]!);
      this.bytes += image.length;
    });
    for (const [example, image] of this.images) {
      if (this.bytes <= keptBytes || this.images.size <= most) break;
      this.images.delete(example);
      this.bytes -= image.length;
    }
  }
}

/** RGBA to planes; grey is in every colour. */
export function planesOf(pixels: Uint8Array, channels: number): Uint8Array {
  const plane = pixels.length / 4;
  const planes = new Uint8Array(plane * channels);
  for (let channel = 0; channel < channels; channel++)
    for (let at = 0; at < plane; at++) planes[channel * plane + at] = pixels[at * 4 + channel]!;
  return planes;
}

/** Planes to RGBA, rounded to what a screen shows. */
export function writePixels(image: ArrayLike<number>, channels: number, into: Uint8ClampedArray): void {
  const plane = into.length / 4;
  for (let at = 0; at < plane; at++) {
    for (let colour = 0; colour < 3; colour++)
      into[at * 4 + colour] = image[(channels >= 3 ? colour : 0) * plane + at]!;
    into[at * 4 + 3] = channels === 4 ? image[3 * plane + at]! : 255;
  }
}
