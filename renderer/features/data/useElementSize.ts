// The size of an element as it changes. What is hidden has none: the last size stays, so that nothing is laid out for zero pixels.
import { onScopeDispose, ref, watch, type Ref } from 'vue';

export function useElementSize(element: Ref<HTMLElement | undefined>): {
  readonly width: Ref<number>;
  readonly height: Ref<number>;
} {
  const width = ref(0);
  const height = ref(0);
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0 || entry.contentRect.height === 0) return;
    // The padding box without scroll bars: what content may fill.
    width.value = entry.target.clientWidth;
    height.value = entry.target.clientHeight;
  });
  watch(
    element,
    (next, before) => {
      if (before) observer.unobserve(before);
      if (next) observer.observe(next);
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => observer.disconnect());
  return { width, height };
}
