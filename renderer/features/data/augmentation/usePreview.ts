// A preview that follows the pipeline: asks for the images that it needs and paints a few milliseconds a frame.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { ImageFormat } from '../../../../engine/data/augment/defineAugmentation.js';
import { faultOf, type Fault } from '../../../../contract/fault.js';
import type { PreviewImages } from './previewImages.js';
import { PreviewWork, type Paint, type PreviewRequest } from './previewWork.js';

/** Of a frame of 16 ms; the rest is the browser's. */
const budget = 9;

export interface Preview {
  readonly fault: ShallowRef<Fault | undefined>;
  /** Images a second, of those that were made last. */
  readonly rate: Ref<number | undefined>;
  /** Whether images are still on their way. */
  readonly isWaiting: Ref<boolean>;
  /** Makes everything again, as after the canvases were made anew. */
  readonly refresh: () => void;
}

export function usePreview(
  images: PreviewImages,
  format: ImageFormat,
  request: () => PreviewRequest | undefined,
  options: { readonly paint: Paint; readonly isVisible: Readonly<Ref<boolean>> },
): Preview {
  const work = new PreviewWork(images, format);
  const fault = shallowRef<Fault>();
  const rate = ref<number>();
  const isWaiting = ref(false);
  let frame: number | undefined;

  function refresh(): void {
    const asked = request();
    if (!asked) return;
    try {
      const missing = work.start(asked);
      fault.value = undefined;
      if (missing.size > 0) void fetch(missing);
      schedule();
    } catch (error) {
      fault.value = faultOf(error);
    }
  }
  async function fetch(missing: ReadonlySet<number>): Promise<void> {
    isWaiting.value = true;
    try {
      if (await images.need(missing)) schedule();
    } catch (error) {
      fault.value = faultOf(error);
    } finally {
      isWaiting.value = false;
    }
  }
  function schedule(): void {
    frame ??= requestAnimationFrame(proceed);
  }
  function proceed(): void {
    frame = undefined;
    if (!options.isVisible.value) return;
    const goesOn = work.proceed(performance.now() + budget, options.paint);
    if (goesOn) schedule();
    else if (work.milliseconds !== undefined) rate.value = 1000 / Math.max(work.milliseconds, 1e-4);
  }
  watch([request, options.isVisible], ([, visible]) => visible && refresh(), { immediate: true, flush: 'post' });
  onScopeDispose(() => {
    if (frame !== undefined) cancelAnimationFrame(frame);
  });
  return { fault, rate, isWaiting, refresh };
}
