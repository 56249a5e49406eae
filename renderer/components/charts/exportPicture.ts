// A chart as a picture of its own: with title and legend, on the theme's surface.
import type { CurvePicture } from './curvePicture.js';
import type { Pen, PictureStyle } from './pen.js';
import { seriesDashes } from './seriesDashes.js';
import { SvgPen } from './svgPen.js';

const titleHeight = 30;
const legendRow = 18;
const legendColumn = 230;

export interface ExportedPicture {
  readonly width: number;
  readonly height: number;
  draw(pen: Pen): void;
}

export function exportedPicture(picture: CurvePicture, style: PictureStyle, title: string): ExportedPicture {
  const { width, height } = picture.options;
  const columns = Math.max(1, Math.floor(width / legendColumn));
  const rows = Math.ceil(picture.curves.length / columns);
  const whole = titleHeight + height + rows * legendRow + 10;
  return {
    width,
    height: whole,
    draw(pen) {
      pen.fillStyle = style.surface;
      pen.fillRect(0, 0, width, whole);
      pen.fillStyle = style.text;
      pen.font = `600 ${style.font}`;
      pen.textAlign = 'left';
      pen.textBaseline = 'middle';
      pen.fillText(title, 12, titleHeight / 2);
      const below = offsetPen(pen, titleHeight);
      picture.draw(below, style);
      drawLegend(pen, style, picture, { top: titleHeight + height, columns });
    },
  };
}

export function svgOf(exported: ExportedPicture, title: string): string {
  const pen = new SvgPen(exported.width, exported.height);
  exported.draw(pen);
  return pen.finish(title);
}

function drawLegend(
  pen: Pen,
  style: PictureStyle,
  { curves }: CurvePicture,
  { top, columns }: { top: number; columns: number },
): void {
  pen.font = style.font;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  curves.forEach(({ series }, index) => {
    const left = 14 + (index % columns) * legendColumn;
    const middle = top + Math.floor(index / columns) * legendRow + legendRow / 2;
    pen.strokeStyle = style.series(series.colour);
    pen.lineWidth = 2;
    pen.setLineDash([...seriesDashes(series.colour)]);
    pen.beginPath();
    pen.moveTo(left, middle);
    pen.lineTo(left + 18, middle);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = style.text;
    pen.fillText(series.title, left + 26, middle);
  });
}

/** The same pen, some pixels lower. Paths are moved; the look is passed on. */
function offsetPen(pen: Pen, down: number): Pen {
  return new Proxy(pen, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      const act = member as (...values: unknown[]) => unknown;
      if (name === 'moveTo' || name === 'lineTo') return (x: number, y: number) => act.call(target, x, y + down);
      if (name === 'arc' || name === 'rect' || name === 'fillRect')
        return (x: number, y: number, ...rest: number[]) => act.call(target, x, y + down, ...rest);
      if (name === 'fillText') return (text: string, x: number, y: number) => act.call(target, text, x, y + down);
      return (...values: unknown[]) => act.apply(target, values);
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}
