// Images: drawn, dropped, pasted, chosen, from the camera, or examples of the data.
import { decodeBase64, encodeBase64 } from '../../engine/exporters/base64.js';
import type { PageContent, PageExample } from '../../engine/exporters/pageContent.js';
import type { InputTransform } from '../../engine/data/preprocessing.js';
import { camera } from './camera.js';
import { drawing, type Drawing } from './drawing.js';
import { inkExtent, inverted, paint, pixelsOf, type Pixels } from './images.js';
import { button, make } from './make.js';
import { actualOf, type Ask, type PageInput } from './pageInput.js';
import { texts } from './texts.js';

type ArrayInput = InputTransform & { kind: 'array' };

/** Larger images are photographs rather than drawings. */
const largestDrawing = 64;

export function imageInput(content: PageContent, transform: ArrayInput, ask: Ask): PageInput {
  const shape = transform.shape as unknown as readonly [number, number, number];
  const [, height, width] = shape;
  const invert = make('input', { type: 'checkbox' });
  const seen = make('canvas', { class: 'seen', role: 'img', 'aria-label': texts.sees(width, height) });
  const fault = make('p', { class: 'fault', role: 'alert' });
  let shown: Pixels | undefined;
  const give = (pixels: Pixels, actual?: string): void => {
    fault.textContent = '';
    paint(seen, pixels);
    ask({ rows: [{ [transform.column]: { bytes: base64Of(pixels.samples) } }], actual });
  };
  const givePicture = (pixels: Pixels): void => {
    shown = pixels;
    const wanted = invert.checked ? inverted(pixels) : pixels;
    board?.show(wanted);
    give(wanted);
  };
  invert.addEventListener('change', () => shown && givePicture(shown));
  const board = boardFor(content, transform, (pixels) => give(pixels));
  const giveFile = async (file: Blob & { readonly name?: string }): Promise<void> => {
    try {
      const bitmap = await createImageBitmap(file);
      givePicture(pixelsOf(bitmap, shape));
    } catch {
      fault.textContent = texts.notAnImage(file.name ?? texts.file);
    }
  };
  const live = camera({
    onFrame: (video) => givePicture(pixelsOf(video, shape)),
    onFault: (text) => (fault.textContent = text),
  });
  const tools = make(
    'div',
    { class: 'row' },
    board?.clearButton,
    fileButton(giveFile),
    live?.button,
    labelled(invert, texts.invert),
  );
  const caption = make('figcaption', { text: texts.sees(width, height) });
  const main = make(
    'div',
    { class: 'imageMain' },
    board?.element ?? dropNote(),
    make('figure', { class: 'seenBox' }, seen, caption),
  );
  const thumbnails = examplesOf(content.examples, transform, (example, pixels) => {
    board?.show(pixels);
    live?.stop();
    shown = pixels;
    give(pixels, actualOf(example.actual));
  });
  const element = make('div', { class: 'stack' }, main, tools, fault, live?.video, thumbnails?.element);
  acceptPictures(giveFile);
  return {
    element,
    start: () => (thumbnails ? thumbnails.first() : board && give(blank(shape, isLight(transform) ? 255 : 0))),
  };
}

/** Whether the data's images are light: ink on paper. */
function isLight({ mean }: ArrayInput): boolean {
  return mean.reduce((sum, value) => sum + value, 0) / mean.length > 0.5;
}

/** For small grey images only. */
function boardFor(
  { examples }: PageContent,
  transform: ArrayInput,
  onChange: (pixels: Pixels) => void,
): Drawing | undefined {
  const shape = transform.shape as unknown as readonly [number, number, number];
  if (shape[0] !== 1 || Math.max(shape[1], shape[2]) > largestDrawing) return undefined;
  return drawing({ shape, isDarkInk: isLight(transform), coverage: coverageOf(examples, transform), onChange });
}

function blank([channels, height, width]: readonly [number, number, number], value: number): Pixels {
  return { samples: new Uint8Array(channels * height * width).fill(value), channels, height, width };
}

function base64Of(bytes: Uint8Array): string {
  return new TextDecoder().decode(encodeBase64(bytes));
}

function labelled(input: HTMLInputElement, text: string): HTMLLabelElement {
  return make('label', { class: 'check' }, input, text);
}

function dropNote(): HTMLElement {
  return make('p', { class: 'dropNote', text: texts.drop });
}

function fileButton(giveFile: (file: File) => Promise<void>): HTMLElement {
  const input = make('input', { type: 'file', accept: 'image/*', hidden: true, 'aria-label': texts.fileLabel });
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void giveFile(file);
    input.value = '';
  });
  return make(
    'span',
    {},
    button(texts.file, () => input.click()),
    input,
  );
}

/** A picture may be dropped anywhere, and pasted. */
function acceptPictures(giveFile: (file: File) => Promise<void>): void {
  const take = (event: Event, files: FileList | undefined): void => {
    const file = files?.[0];
    if (!file) return;
    event.preventDefault();
    void giveFile(file);
  };
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    document.body.classList.remove('dropping');
    take(event, event.dataTransfer?.files);
  });
  document.addEventListener('paste', (event) => take(event, event.clipboardData?.files));
}

function samplesOf({ rows }: PageExample, { column, shape }: ArrayInput): Pixels | undefined {
  const value = rows[0]?.[column];
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return undefined;
  const [channels, height, width] = shape as unknown as readonly [number, number, number];
  return { samples: decodeBase64(new TextEncoder().encode(value.bytes)), channels, height, width };
}

/** The share of the side that what is drawn covers: the median of the examples. */
function coverageOf(examples: readonly PageExample[], transform: ArrayInput): number {
  const isDarkInk = isLight(transform);
  const shares = examples.flatMap((example) => {
    const pixels = samplesOf(example, transform);
    const extent = pixels && inkExtent((isDarkInk ? inverted(pixels) : pixels).samples, pixels.width);
    if (!pixels || !extent) return [];
    const { left, top, right, bottom } = extent;
    return [Math.max((right - left) / pixels.width, (bottom - top) / pixels.height)];
  });
  return shares.sort((left, right) => left - right)[Math.floor(shares.length / 2)] ?? 0.8;
}

function examplesOf(
  examples: readonly PageExample[],
  transform: ArrayInput,
  choose: (example: PageExample, pixels: Pixels) => void,
): { element: HTMLElement; first: () => void } | undefined {
  const all = examples.flatMap((example) => {
    const pixels = samplesOf(example, transform);
    return pixels ? [{ example, pixels }] : [];
  });
  if (all.length === 0) return undefined;
  const buttons = all.map(({ example, pixels }, index) => {
    const canvas = make('canvas', { 'aria-hidden': 'true' });
    paint(canvas, pixels);
    const name = texts.example(index, example.actual);
    const made = button('', () => choose(example, pixels), { class: 'thumbnail', 'aria-label': name, title: name });
    made.append(canvas);
    return made;
  });
  const heading = make('h3', { text: texts.examples });
  return {
    element: make('section', {}, heading, make('div', { class: 'thumbnails' }, ...buttons)),
    first: () => choose(all[0]!.example, all[0]!.pixels),
  };
}
