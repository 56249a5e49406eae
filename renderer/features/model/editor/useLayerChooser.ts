// The list of layers that opens where a layer is wanted.
import { computed, nextTick, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { Flow } from '../describe/fits.js';
import type { EditorActions, InsertionWish } from './editorActions.js';
import type { AskForLayer } from './editorKeys.js';
import type { EditorView } from './editorView.js';

interface Asked {
  readonly wish: InsertionWish;
  /** In the canvas. */
  readonly x: number;
  readonly y: number;
}

export interface LayerQuestion {
  readonly asked: ShallowRef<Asked | undefined>;
  /** What flows there: only layers that take it are offered. */
  readonly flow: ComputedRef<Flow | undefined>;
  readonly ask: AskForLayer;
  /** Beside what is chosen. */
  readonly askHere: () => void;
  readonly insert: (type: string) => void;
  readonly close: () => void;
}

/** Of the list, with a margin. */
const room = { width: 316, height: 348 };

export function useLayerChooser(
  view: EditorView,
  actions: EditorActions,
  root: Ref<HTMLElement | undefined>,
  focusChooser: () => void,
): LayerQuestion {
  const asked = shallowRef<Asked>();
  const flow = computed(() => {
    const wish = asked.value?.wish;
    return !wish || wish.kind === 'free' ? undefined : view.flow(wish.source);
  });

  const ask: AskForLayer = (wish, at) => {
    const box = root.value!.getBoundingClientRect();
    const x = Math.max(8, Math.min(at.x - box.left, box.width - room.width));
    const y = Math.max(8, Math.min(at.y - box.top, box.height - room.height));
    asked.value = { wish, x, y };
    void nextTick(focusChooser);
  };

  function close(): void {
    asked.value = undefined;
    root.value?.focus({ preventScroll: true });
  }

  return {
    asked,
    flow,
    ask,
    close,
    askHere: () => {
      const box = root.value!.getBoundingClientRect();
      const id = [...view.session.selection.value].at(-1);
      const name = id === undefined ? '' : CSS.escape(id);
      const chosen = id && root.value!.querySelector(`[data-id="${name}"], [data-edge="${name}"]`);
      const at = chosen ? chosen.getBoundingClientRect() : undefined;
      const middle = { x: box.left + box.width / 2 - 150, y: box.top + 60 };
      ask(actions.insertionPoint(), at ? { x: at.right + 12, y: at.top } : middle);
    },
    insert: (type) => {
      const wish = asked.value?.wish;
      close();
      if (wish) actions.insert(type, wish);
    },
  };
}
