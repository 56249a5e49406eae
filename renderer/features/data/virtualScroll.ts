// A scroll bar over content that is higher than a browser can lay out: beyond a limit the bar moves in larger steps.

/** Chromium lays out boxes of at most 2²⁵ pixels. */
export const mostPixels = 30_000_000;

export interface ScrollScale {
  /** What the scrolled element is made high. */
  readonly height: number;
  /** Content pixels by pixel of the bar; 1 unless the content is too high. */
  readonly factor: number;
}

export function scrollScale(contentHeight: number, viewHeight: number, most = mostPixels): ScrollScale {
  if (contentHeight <= most) return { height: contentHeight, factor: 1 };
  return { height: most, factor: (contentHeight - viewHeight) / (most - viewHeight) };
}

/** The top of the view in the content, from the position of the bar. */
export function contentTop({ factor }: ScrollScale, scrollTop: number): number {
  return scrollTop * factor;
}

/** The position of the bar that shows `top`, a place in the content. */
export function scrollTopOf({ factor }: ScrollScale, top: number): number {
  return top / factor;
}

/** Where something at `top` of the content is laid out, so that it appears in its place while the bar is at `scrollTop`. */
export function laidOutAt(scale: ScrollScale, top: number, scrollTop: number): number {
  return scale.factor === 1 ? top : scrollTop + top - contentTop(scale, scrollTop);
}
