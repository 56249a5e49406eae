// A canvas as large as its box and as sharp as the screen; drawn at most once a frame, and not while it cannot be seen.
import { onBeforeUnmount, onMounted, shallowRef, watch, type Ref, type WatchSource } from 'vue';
import { cssVariable, seriesColour, themeName } from '../../theme/theme.js';
import type { PictureStyle } from './pen.js';

export interface BoxSize {
  readonly width: number;
  readonly height: number;
}

/** The colours and the font of the present theme, for canvases. */
export function pictureStyle(): PictureStyle {
  const known = new Map<number, string>();
  return {
    text: cssVariable('--text'),
    faint: cssVariable('--text-faint'),
    grid: cssVariable('--border'),
    axis: cssVariable('--border-strong'),
    surface: cssVariable('--surface-2'),
    error: cssVariable('--error'),
    font: `${cssVariable('--text-tiny')} ${cssVariable('--font')}`,
    series: (index) => {
      const colour = known.get(index) ?? seriesColour(index);
      known.set(index, colour);
      return colour;
    },
  };
}

/** Draws `draw` when the size, the theme or one of `sources` changes, or when `schedule` is called. */
export function useFrames(
  box: Ref<HTMLElement | null>,
  draw: (size: BoxSize) => void,
  sources: readonly WatchSource[],
): { readonly size: Readonly<Ref<BoxSize>>; readonly schedule: () => void } {
  const size = shallowRef<BoxSize>({ width: 0, height: 0 });
  let frame = 0;
  const schedule = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (size.value.width > 0 && size.value.height > 0) draw(size.value);
    });
  };
  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    size.value = { width, height };
    schedule();
  });
  onMounted(() => {
    if (box.value) observer.observe(box.value);
  });
  onBeforeUnmount(() => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  watch([themeName, ...sources], schedule);
  return { size, schedule };
}

/** Clears a canvas and gives its context in CSS pixels. */
export function freshContext(canvas: HTMLCanvasElement, { width, height }: BoxSize): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}
