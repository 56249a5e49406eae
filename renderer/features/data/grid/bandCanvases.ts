// Canvases for the bands of a long picture: drawn once when they come near the view, moved by the browser while it scrolls, used again.
import type { Span } from './gridLayout.js';

export interface BandPainter {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  top(band: number): number;
  draw(context: CanvasRenderingContext2D, band: number): void;
}

export class BandCanvases {
  private readonly shown = new Map<number, HTMLCanvasElement>();
  private readonly spare: HTMLCanvasElement[] = [];

  constructor(private readonly host: HTMLElement) {}

  /** Shows these bands; those that are new get drawn. */
  show({ from, to }: Span, painter: BandPainter): void {
    for (const [band, canvas] of this.shown)
      if (band < from || band >= to) {
        this.shown.delete(band);
        canvas.remove();
        this.spare.push(canvas);
      }
    for (let band = from; band < to; band++) {
      const known = this.shown.get(band);
      if (known) known.style.transform = `translateY(${painter.top(band)}px)`;
      else this.add(band, painter);
    }
  }

  redraw(band: number, painter: BandPainter): void {
    const canvas = this.shown.get(band);
    if (canvas) paint(canvas, band, painter);
  }

  /** Another layout: everything is drawn anew. */
  clear(): void {
    for (const canvas of this.shown.values()) {
      canvas.remove();
      this.spare.push(canvas);
    }
    this.shown.clear();
    // Canvases hold their pixels until they are collected: a few are enough for the next layout.
    this.spare.length = Math.min(this.spare.length, 4);
  }

  private add(band: number, painter: BandPainter): void {
    const canvas = this.spare.pop() ?? document.createElement('canvas');
    canvas.style.transform = `translateY(${painter.top(band)}px)`;
    paint(canvas, band, painter);
    this.host.append(canvas);
    this.shown.set(band, canvas);
  }
}

function paint(canvas: HTMLCanvasElement, band: number, painter: BandPainter): void {
  const ratio = window.devicePixelRatio;
  const [width, height] = [Math.round(painter.width * ratio), Math.round(painter.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    Object.assign(canvas.style, { width: `${painter.width}px`, height: `${painter.height}px` });
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, painter.width, painter.height);
  painter.draw(context, band);
}
