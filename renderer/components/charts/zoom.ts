// Parts of an axis: zooming around a place, moving along, never beyond the whole.
import { makeScale, type AxisKind } from './axis.js';
import type { XView } from './curvePicture.js';

const identity = { start: 0, end: 1 };

/** Makes the part `factor` times as wide, with `anchor` staying where it is. null: all of it. */
export function zoomed(view: XView, extent: XView, kind: AxisKind, anchor: number, factor: number): XView | null {
  const scale = makeScale(kind, view.low, view.high, identity.start, identity.end);
  const at = scale.toPixel(anchor);
  return within({ low: scale.toValue(at - at * factor), high: scale.toValue(at + (1 - at) * factor) }, extent);
}

/** Moves the part by a share of its width; it stops at the ends. */
export function moved(view: XView, extent: XView, kind: AxisKind, share: number): XView {
  const scale = makeScale(kind, view.low, view.high, identity.start, identity.end);
  const [first, last] = [scale.toPixel(extent.low), scale.toPixel(extent.high)];
  const by = Math.max(Math.min(first, 0), Math.min(share, Math.max(last, 1) - 1));
  return { low: scale.toValue(by), high: scale.toValue(1 + by) };
}

/** null where nothing of the whole is left out; a part that is too thin stays as wide as numbers can tell apart. */
export function within({ low, high }: XView, extent: XView): XView | null {
  const least = (extent.high - extent.low) * 1e-9;
  const part = { low: Math.max(low, extent.low), high: Math.min(high, extent.high) };
  if (part.low <= extent.low && part.high >= extent.high) return null;
  return part.high - part.low > least ? part : { low: part.low, high: part.low + least };
}
