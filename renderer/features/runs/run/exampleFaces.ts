// What examples look like: pictures where the data has some, else their rows; asked for in batches and kept while a view is open.
import { ref, shallowReactive } from 'vue';
import { useServices } from '../../../services.js';

export class ExampleFaces {
  /** By example number. */
  readonly images = shallowReactive(new Map<number, ImageData>());
  readonly rows = shallowReactive(new Map<number, string>());
  /** null: not known yet. */
  readonly hasImages = ref<boolean | null>(null);

  constructor(private readonly data: string) {}

  /** Predictions can be read without pictures: what cannot be had is left out. */
  async load(examples: readonly number[]): Promise<void> {
    const wanted = Int32Array.from(examples.filter((example) => !this.images.has(example) && !this.rows.has(example)));
    if (wanted.length === 0) return;
    if (this.hasImages.value !== false && (await this.loadImages(wanted))) return;
    await this.loadRows(wanted);
  }

  private async loadImages(examples: Int32Array): Promise<boolean> {
    const query = {
      id: this.data,
      query: { examples: examples as Int32Array<ArrayBuffer> },
      from: 0,
      count: examples.length,
      size: 96,
    };
    const block = await useServices()
      .datasets.images(query)
      .catch(() => undefined);
    this.hasImages.value = block !== undefined && block.width * block.height > 0;
    if (!block || !this.hasImages.value) return false;
    const { width, height, pixels } = block;
    const size = width * height * 4;
    block.examples.forEach((example, index) => {
      const bytes = new Uint8ClampedArray(pixels.slice(index * size, (index + 1) * size));
      this.images.set(example, new ImageData(bytes, width, height));
    });
    return true;
  }

  private async loadRows(examples: Int32Array): Promise<void> {
    const query = {
      id: this.data,
      query: { examples: examples as Int32Array<ArrayBuffer> },
      from: 0,
      count: examples.length,
    };
    const block = await useServices()
      .datasets.rows(query)
      .catch(() => undefined);
    block?.rows.forEach((row, index) => {
      const cells = row.flatMap((cell, column) => (cell === null ? [] : [`${block.columns[column]!} ${String(cell)}`]));
      this.rows.set(block.examples[index]!, cells.join(' · '));
    });
  }
}
