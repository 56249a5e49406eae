// Charts that belong together: they show the same part of the horizontal axis and the crosshair at the same place.
import { computed, shallowReactive, shallowRef } from 'vue';
import type { XView } from './curvePicture.js';

export class ChartGroup {
  /** Where the crosshair stands, in units of the axis; null: nowhere. */
  readonly crosshair = shallowRef<number | null>(null);
  /** The part that is shown; null: all. */
  readonly view = shallowRef<XView | null>(null);
  /** What all charts together have; undefined before the first is drawn. */
  readonly extent = computed((): XView | undefined => {
    const all = [...this.extents.values()];
    if (all.length === 0) return undefined;
    return { low: Math.min(...all.map(({ low }) => low)), high: Math.max(...all.map(({ high }) => high)) };
  });
  private readonly extents = shallowReactive(new Map<symbol, XView>());

  /** What one chart has, seen whole; undefined: it is gone, or has nothing. */
  report(chart: symbol, extent: XView | undefined): void {
    const known = this.extents.get(chart);
    if (!extent) this.extents.delete(chart);
    else if (known?.low !== extent.low || known.high !== extent.high) this.extents.set(chart, extent);
  }
}
