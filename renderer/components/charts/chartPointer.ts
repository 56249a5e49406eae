// The hands of a chart: pointing reads values, dragging chooses a part, Shift+drag and the middle button move it, the wheel zooms.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { makeScale, type Scale } from './axis.js';
import type { ChartGroup } from './chartGroup.js';
import type { CurvePicture, XView } from './curvePicture.js';
import { moved, within, zoomed } from './zoom.js';

export interface ChartPointerOptions {
  readonly stage: Ref<HTMLElement | null>;
  readonly picture: ShallowRef<CurvePicture | undefined>;
  readonly group: Readonly<Ref<ChartGroup>>;
  readonly wheelZooms: () => boolean;
}

interface Drag {
  readonly kind: 'select' | 'move';
  readonly from: number;
  last: number;
}

/** Less is a click. */
const leastDrag = 5;

export class ChartPointer {
  readonly selection = shallowRef<readonly [number, number] | null>(null);
  /** Where the pointer is above the chart; null: it is not, or the keyboard moves the crosshair. */
  readonly pointerY = ref<number | null>(null);
  readonly isPointed = ref(false);
  private drag: Drag | undefined;

  constructor(private readonly options: ChartPointerOptions) {}

  readonly down = (event: PointerEvent): void => {
    const kind = event.button === 1 || event.shiftKey ? 'move' : event.button === 0 ? 'select' : undefined;
    if (!kind) return;
    const { x } = this.placeOf(event);
    this.drag = { kind, from: x, last: x };
    this.options.stage.value?.setPointerCapture(event.pointerId);
  };

  readonly move = (event: PointerEvent): void => {
    const { picture, drag } = this;
    if (!picture) return;
    const { x, y } = this.placeOf(event);
    this.isPointed.value = true;
    this.pointerY.value = y;
    this.pointAt(picture, x);
    if (drag?.kind === 'select') this.selection.value = Math.abs(x - drag.from) >= leastDrag ? [drag.from, x] : null;
    if (drag?.kind === 'move') {
      this.shift((drag.last - x) / (picture.plot.right - picture.plot.left));
      drag.last = x;
    }
  };

  readonly up = (): void => {
    const { picture, selection } = this;
    if (picture && selection.value) {
      const [low, high] = [Math.min(...selection.value), Math.max(...selection.value)];
      this.view = within({ low: picture.x.toValue(low), high: picture.x.toValue(high) }, picture.extent);
    }
    selection.value = null;
    this.drag = undefined;
  };

  readonly leave = (): void => {
    if (this.drag) return;
    this.isPointed.value = false;
    this.pointerY.value = null;
    this.options.group.value.crosshair.value = null;
  };

  readonly wheel = (event: WheelEvent): void => {
    const { picture } = this;
    const { stage, wheelZooms } = this.options;
    if (!picture || !(wheelZooms() || event.ctrlKey || document.activeElement === stage.value)) return;
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.shift(event.deltaX / 400);
    else this.zoom(picture, this.scaleOf(picture).toValue(this.placeOf(event).x), 1.0015 ** event.deltaY);
  };

  readonly key = (event: KeyboardEvent): void => {
    const { picture } = this;
    if (!picture || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.keys(picture)[event.key];
    if (!act) return;
    event.preventDefault();
    act(event.shiftKey);
  };

  private get picture(): CurvePicture | undefined {
    return this.options.picture.value;
  }

  private set view(view: XView | null) {
    const { extent, view: shown } = this.options.group.value;
    // Before there are points an axis says nothing: a part of it would stay when they come.
    if (view === null || extent.value) shown.value = view;
  }

  private placeOf(event: MouseEvent): { readonly x: number; readonly y: number } {
    const box = this.options.stage.value!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private pointAt({ x, plot }: CurvePicture, pixel: number): void {
    this.options.group.value.crosshair.value = x.toValue(Math.max(plot.left, Math.min(plot.right, pixel)));
  }

  private zoom(picture: CurvePicture, anchor: number, factor: number): void {
    const { low, high, kind } = this.scaleOf(picture);
    this.view = zoomed({ low, high }, picture.extent, kind, anchor, factor);
  }

  /** Of what is to be seen, which may not be drawn yet: the wheel turns faster than pictures come. */
  private scaleOf({ x, plot, extent }: CurvePicture): Scale {
    const { low, high } = this.options.group.value.view.value ?? extent;
    return makeScale(x.kind, low, high, plot.left, plot.right);
  }

  /** By a share of what is seen. */
  private shift(share: number): void {
    const { picture } = this;
    if (!picture || !this.options.group.value.view.value) return;
    const { low, high, kind } = this.scaleOf(picture);
    this.view = moved({ low, high }, picture.extent, kind, share);
  }

  private keys(picture: CurvePicture): Readonly<Record<string, (shift: boolean) => void>> {
    const { x, plot } = picture;
    const crosshair = this.options.group.value.crosshair.value ?? (x.low + x.high) / 2;
    const to = (pixel: number): void => {
      this.isPointed.value = true;
      this.pointAt(picture, pixel);
    };
    const walk = (direction: number) => (far: boolean) => {
      if (far) this.shift(0.1 * direction);
      else to(x.toPixel(crosshair) + 4 * direction);
    };
    const nearer = (): void => this.zoom(picture, crosshair, 0.7);
    return {
      ArrowLeft: walk(-1),
      ArrowRight: walk(1),
      Home: () => to(plot.left),
      End: () => to(plot.right),
      '+': nearer,
      '=': nearer,
      '-': () => this.zoom(picture, crosshair, 1 / 0.7),
      '0': () => (this.view = null),
      Escape: () => this.leave(),
    };
  }
}
