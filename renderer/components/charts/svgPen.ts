// A pen that writes SVG: pictures can be taken into papers and slides.
import type { Pen } from './pen.js';

interface Look {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  lineJoin: CanvasLineJoin;
  dash: readonly number[];
  clip: string | null;
}

const number = (value: number): string => String(Math.round(value * 100) / 100);
const anchors: Readonly<Partial<Record<CanvasTextAlign, string>>> = { center: 'middle', right: 'end', end: 'end' };
const baselines: Readonly<Partial<Record<CanvasTextBaseline, string>>> = { middle: 'central', top: 'hanging' };

export class SvgPen implements Pen {
  fillStyle: string | CanvasGradient | CanvasPattern = '#000';
  strokeStyle: string | CanvasGradient | CanvasPattern = '#000';
  lineWidth = 1;
  globalAlpha = 1;
  font = '12px sans-serif';
  textAlign: CanvasTextAlign = 'left';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  lineJoin: CanvasLineJoin = 'round';
  private dash: readonly number[] = [];
  private clipping: string | null = null;
  private path: string[] = [];
  private clips = 0;
  private readonly saved: Look[] = [];
  private readonly elements: string[] = [];

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {}

  /** The document. */
  finish(title: string): string {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    const body = [`<title>${escaped(title)}</title>`, ...this.elements].join('\n');
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${body}\n</svg>\n`;
  }

  beginPath(): void {
    this.path = [];
  }

  moveTo(x: number, y: number): void {
    this.path.push(`M${number(x)} ${number(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.path.push(`L${number(x)} ${number(y)}`);
  }

  closePath(): void {
    this.path.push('Z');
  }

  /** Whole circles only: the pictures draw no others. */
  arc(x: number, y: number, radius: number): void {
    const r = number(radius);
    this.path.push(`M${number(x - radius)} ${number(y)}a${r} ${r} 0 1 0 ${number(2 * radius)} 0`);
    this.path.push(`a${r} ${r} 0 1 0 ${number(-2 * radius)} 0`);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path.push(`M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}Z`);
  }

  stroke(): void {
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.join(' ')}"` : '';
    const line = `stroke="${this.colour(this.strokeStyle)}" stroke-width="${number(this.lineWidth)}" stroke-linejoin="${this.lineJoin}"`;
    this.put(`<path d="${this.path.join('')}" fill="none" ${line}${dash}${this.shared('stroke')}/>`);
  }

  fill(): void {
    this.put(`<path d="${this.path.join('')}" fill="${this.colour(this.fillStyle)}"${this.shared('fill')}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const place = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
    this.put(`<rect ${place} fill="${this.colour(this.fillStyle)}"${this.shared('fill')}/>`);
  }

  fillText(text: string, x: number, y: number): void {
    const place = `x="${number(x)}" y="${number(y)}"`;
    const anchor = `text-anchor="${anchors[this.textAlign] ?? 'start'}" dominant-baseline="${baselines[this.textBaseline] ?? 'auto'}"`;
    const look = `fill="${this.colour(this.fillStyle)}" style="font:${escaped(this.font)}"`;
    this.put(`<text ${place} ${anchor} ${look}${this.shared('fill')}>${escaped(text)}</text>`);
  }

  setLineDash(lengths: number[]): void {
    this.dash = lengths;
  }

  clip(): void {
    const id = `clip${++this.clips}`;
    this.elements.push(`<clipPath id="${id}"><path d="${this.path.join('')}"/></clipPath>`);
    this.clipping = id;
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline, lineJoin, dash } = this;
    const colours = { fillStyle: this.colour(fillStyle), strokeStyle: this.colour(strokeStyle) };
    const clip = this.clipping;
    this.saved.push({ ...colours, lineWidth, globalAlpha, font, textAlign, textBaseline, lineJoin, dash, clip });
  }

  restore(): void {
    const look = this.saved.pop();
    if (!look) return;
    const { dash, clip, ...rest } = look;
    Object.assign(this, rest);
    this.dash = dash;
    this.clipping = clip;
  }

  private put(element: string): void {
    this.elements.push(this.clipping ? `<g clip-path="url(#${this.clipping})">${element}</g>` : element);
  }

  private shared(kind: 'fill' | 'stroke'): string {
    return this.globalAlpha < 1 ? ` ${kind}-opacity="${number(this.globalAlpha)}"` : '';
  }

  private colour(style: string | CanvasGradient | CanvasPattern): string {
    return typeof style === 'string' ? escaped(style) : '#000';
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
