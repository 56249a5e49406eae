// Where the tiles of a grid of equal tiles lie, which of them are in view, and where the arrow keys lead. Lengths are CSS pixels.

export interface GridLayout {
  readonly count: number;
  readonly columns: number;
  readonly rows: number;
  /** Side of a picture. */
  readonly tile: number;
  /** Below each picture, for its caption. */
  readonly caption: number;
  readonly gap: number;
  readonly padding: number;
  /** From the left of a column to the left of the next one; not whole, so that rows end at the right edge. */
  readonly pitch: number;
  /** From the top of a row to the top of the next one. */
  readonly rowHeight: number;
  /** Of everything. */
  readonly height: number;
}

export interface GridOptions {
  readonly count: number;
  /** Of the view, without the scroll bar. */
  readonly width: number;
  /** Wanted side; tiles grow a little so that rows fill the width. */
  readonly tile: number;
  readonly caption?: number;
  readonly gap?: number;
  readonly padding?: number;
}

export function layOutGrid(options: GridOptions): GridLayout {
  const { count, width, tile: wanted, caption = 0, gap = 4, padding = 8 } = options;
  const room = Math.max(wanted, width - 2 * padding);
  const columns = Math.max(1, Math.floor((room + gap) / (wanted + gap)));
  const tile = Math.floor((room - gap * (columns - 1)) / columns);
  const pitch = Math.max(tile, (room + gap) / columns);
  const rows = Math.ceil(count / columns);
  const rowHeight = tile + caption + gap;
  const height = rows === 0 ? 0 : rows * rowHeight - gap + 2 * padding;
  return { count, columns, rows, tile, caption, gap, padding, pitch, rowHeight, height };
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The picture and its caption. */
export function tileBox({ columns, tile, caption, padding, pitch, rowHeight }: GridLayout, index: number): Box {
  const row = Math.floor(index / columns);
  const left = padding + Math.floor((index % columns) * pitch);
  return { left, top: padding + row * rowHeight, width: tile, height: tile + caption };
}

/** The tile under a point of the content; undefined between tiles and after the last. */
export function tileAt(layout: GridLayout, x: number, y: number): number | undefined {
  const { columns, tile, caption, padding, pitch, rowHeight, count } = layout;
  const column = Math.floor((x - padding + 1) / pitch);
  const row = Math.floor((y - padding) / rowHeight);
  if (column < 0 || column >= columns || row < 0) return undefined;
  const index = row * columns + column;
  if (index >= count) return undefined;
  const box = tileBox(layout, index);
  const isInside = x >= box.left && x < box.left + tile && y < box.top + tile + caption;
  return isInside ? index : undefined;
}

export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Tiles whose rows touch the view. */
export function tilesInView({ columns, rowHeight, padding, count }: GridLayout, top: number, height: number): Span {
  const first = Math.max(0, Math.floor((top - padding) / rowHeight));
  const last = Math.max(first, Math.ceil((top + height - padding) / rowHeight));
  return { from: Math.min(count, first * columns), to: Math.min(count, last * columns) };
}

/** Bands: rows drawn together on one canvas, about `wanted` pixels high. */
export function rowsPerBand({ rowHeight }: GridLayout, wanted = 480): number {
  return Math.max(1, Math.round(wanted / rowHeight));
}

/** Bands that touch the view, and one above and below. */
export function bandsInView(layout: GridLayout, top: number, height: number): Span {
  const perBand = rowsPerBand(layout);
  const bands = Math.ceil(layout.rows / perBand);
  const bandHeight = perBand * layout.rowHeight;
  const first = Math.floor((top - layout.padding) / bandHeight) - 1;
  const last = Math.ceil((top + height - layout.padding) / bandHeight) + 1;
  const clamp = (band: number): number => Math.min(bands, Math.max(0, band));
  return { from: clamp(first), to: clamp(last) };
}

/** Where a key leads from a tile; undefined for keys that do not move. */
export function moveByKey(layout: GridLayout, index: number, key: string, viewHeight: number): number | undefined {
  const { columns, count, rowHeight } = layout;
  const page = Math.max(1, Math.floor(viewHeight / rowHeight)) * columns;
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  if (step === undefined || count === 0) return undefined;
  const to = index + step;
  // Up and down keep the column: at the first and last row they stay, instead of jumping to a corner.
  if (key === 'ArrowUp' && to < 0) return index;
  if (key === 'ArrowDown' && to >= count) return Math.floor(index / columns) === layout.rows - 1 ? index : count - 1;
  return Math.min(count - 1, Math.max(0, to));
}

/** The nearest scroll position at which a box is in view. */
export function scrollToShow(box: Pick<Box, 'top' | 'height'>, top: number, viewHeight: number, margin = 8): number {
  if (box.top - margin < top) return Math.max(0, box.top - margin);
  const bottom = box.top + box.height + margin;
  return bottom > top + viewHeight ? bottom - viewHeight : top;
}
