// Charts that belong together: they show the same part of the horizontal axis and the crosshair at the same place.
import { shallowRef } from 'vue';
import type { XView } from './curvePicture.js';

export class ChartGroup {
  /** Where the crosshair stands, in units of the axis; null: nowhere. */
  readonly crosshair = shallowRef<number | null>(null);
  /** The part that is shown; null: all. */
  readonly view = shallowRef<XView | null>(null);
}
