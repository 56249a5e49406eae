// A canvas to draw on, for small grey images: strokes are framed as the images of the data are.
import { inkExtent, paint, pixelsOf, type Pixels } from './images.js';
import { button, make } from './make.js';
import { texts } from './texts.js';

const side = 320;

export interface DrawingOptions {
  readonly shape: readonly [number, number, number];
  /** Dark ink on a light ground; otherwise light on dark. */
  readonly isDarkInk: boolean;
  /** The share of the image's side that what is drawn covers in the data. */
  readonly coverage: number;
  readonly onChange: (pixels: Pixels) => void;
}

export interface Drawing {
  readonly element: HTMLElement;
  readonly clearButton: HTMLElement;
  /** Lays an image on the canvas; strokes go over it. */
  show(pixels: Pixels): void;
}

export function drawing({ shape, isDarkInk, coverage, onChange }: DrawingOptions): Drawing {
  const canvas = make('canvas', {
    class: isDarkInk ? 'drawing paper' : 'drawing',
    width: side,
    height: side,
    tabindex: 0,
    role: 'img',
    'aria-label': texts.drawHere,
  });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const [ground, ink] = isDarkInk ? ['#fff', '#000'] : ['#000', '#fff'];
  const hint = make('p', { class: 'drawHint', text: texts.drawHere, 'aria-hidden': 'true' });
  const clear = (): void => {
    context.fillStyle = ground;
    context.fillRect(0, 0, side, side);
    hint.hidden = false;
  };
  clear();
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = side / 12;
  context.strokeStyle = ink;
  const changed = (): void => onChange(pixelsOf(framed(canvas, isDarkInk, coverage), shape));
  followPointer(canvas, context, () => (hint.hidden = true), changed);
  const clearButton = button(texts.clear, () => {
    clear();
    changed();
  });
  const show = (pixels: Pixels): void => {
    const small = document.createElement('canvas');
    paint(small, pixels);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, side, side);
    hint.hidden = true;
  };
  return { element: make('div', { class: 'drawingBox' }, canvas, hint), clearButton, show };
}

/** Draws a line along the pointer while it is pressed. */
function followPointer(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  begin: () => void,
  changed: () => void,
): void {
  let before: [number, number] | undefined;
  const stroke = (event: PointerEvent): void => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * side, ((event.clientY - box.top) / box.height) * side];
    context.beginPath();
    context.moveTo(...(before ?? [x, y]));
    context.lineTo(x, y);
    context.stroke();
    before = [x, y];
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    begin();
    before = undefined;
    stroke(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    stroke(event);
    changed();
  });
  canvas.addEventListener('pointerup', changed);
}

/** A copy with what is drawn in the middle, as large as in the data. */
function framed(canvas: HTMLCanvasElement, isDarkInk: boolean, coverage: number): HTMLCanvasElement {
  const context = canvas.getContext('2d')!;
  const { data } = context.getImageData(0, 0, side, side);
  const ink = Uint8Array.from({ length: side * side }, (_, at) => (isDarkInk ? 255 - data[at * 4]! : data[at * 4]!));
  const extent = inkExtent(ink, side);
  if (!extent) return canvas;
  const { left, top, right, bottom } = extent;
  const longest = Math.max(right - left, bottom - top, side / 8);
  const scale = (coverage * side) / longest;
  const copy = document.createElement('canvas');
  copy.width = copy.height = side;
  const drawn = copy.getContext('2d')!;
  drawn.fillStyle = isDarkInk ? '#fff' : '#000';
  drawn.fillRect(0, 0, side, side);
  const [width, height] = [(right - left) * scale, (bottom - top) * scale];
  const [x, y] = [(side - width) / 2, (side - height) / 2];
  drawn.drawImage(canvas, left, top, right - left, bottom - top, x, y, width, height);
  return copy;
}
