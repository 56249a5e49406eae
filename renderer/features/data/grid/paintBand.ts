// One band of the grid: its pictures, or grey squares until they are there, with the colour and the name of their classes.
import { drawPicture, type ImageStrip } from '../imageStrip.js';
import { rowsPerBand, tileBox, type GridLayout } from './gridLayout.js';

export interface BandColours {
  readonly empty: string;
  readonly text: string;
  readonly font: string;
  readonly classes: readonly string[];
}

export interface BandContent {
  readonly layout: GridLayout;
  readonly colours: BandColours;
  readonly classNames: readonly string[];
  /** The picture of an item; undefined until it is there. */
  pictureAt(index: number): { readonly strip: ImageStrip; readonly at: number } | undefined;
  /** Instead of the class's name. */
  captionAt?(example: number): string | undefined;
}

export function paintBand(context: CanvasRenderingContext2D, band: number, content: BandContent): void {
  const { layout, colours } = content;
  const perBand = rowsPerBand(layout);
  const from = band * perBand * layout.columns;
  const to = Math.min(layout.count, from + perBand * layout.columns);
  const offset = layout.padding + band * perBand * layout.rowHeight;
  context.font = colours.font;
  context.textBaseline = 'middle';
  for (let index = from; index < to; index++) {
    const { left, top } = tileBox(layout, index);
    paintTile(context, index, { left, top: top - offset, side: layout.tile }, content);
  }
}

interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

function paintTile(context: CanvasRenderingContext2D, index: number, square: Square, content: BandContent): void {
  const { layout, colours } = content;
  const picture = content.pictureAt(index);
  if (!picture) {
    context.fillStyle = colours.empty;
    context.fillRect(square.left, square.top, square.side, square.side);
    return;
  }
  drawPicture(context, picture.strip, picture.at, square);
  const code = picture.strip.classes[picture.at]!;
  if (layout.caption === 0) return;
  if (code >= 0) {
    context.fillStyle = colours.classes[code % colours.classes.length]!;
    context.fillRect(square.left, square.top + square.side + 2, square.side, 2);
  }
  const text = content.captionAt?.(picture.strip.examples[picture.at]!) ?? content.classNames[code];
  if (text === undefined || layout.caption < 12) return;
  context.fillStyle = colours.text;
  const middle = square.top + square.side + 3 + (layout.caption - 2) / 2;
  context.fillText(shortened(context, text, square.side), square.left, middle);
}

const widths = new Map<string, number>();

/** As much of a text as fits, with an ellipsis. Letters are taken as equally wide on average: measuring each cut would cost frames. */
function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  const key = `${context.font} ${text}`;
  let width = widths.get(key);
  if (width === undefined) widths.set(key, (width = context.measureText(text).width));
  if (widths.size > 5000) widths.clear();
  if (width <= room) return text;
  return `${text.slice(0, Math.max(1, Math.floor((text.length * room) / width) - 1))}…`;
}
