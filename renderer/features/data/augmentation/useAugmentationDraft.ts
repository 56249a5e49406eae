// The pipeline of a data set as the panel edits it: read from its details, changed with undo, saved a moment after each change.
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { AugmentationValue } from '../../../../engine/data/augment/defineAugmentation.js';
import type { Augmentation } from '../../../../engine/data/augment/pipeline.js';
import {
  DraftHistory,
  pipelineOf,
  readDraft,
  withAdded,
  withChanged,
  withDefaultsAgain,
  withMoved,
  withOptions,
  without,
  type Draft,
} from './pipelineDraft.js';
import { useSavedPipeline, type SavedPipeline } from './savedPipeline.js';

export interface AugmentationDraft {
  readonly draft: ShallowRef<Draft>;
  readonly pipeline: ComputedRef<Augmentation>;
  readonly canUndo: Ref<boolean>;
  readonly canRedo: Ref<boolean>;
  readonly saving: SavedPipeline['state'];
  /** @returns the key of the new one */
  add(type: string): number | undefined;
  remove(key: number): void;
  move(key: number, to: number): void;
  enable(key: number, enabled: boolean): void;
  setProbability(key: number, probability: number): void;
  setOptions(key: number, options: Record<string, AugmentationValue>): void;
  reset(key: number): void;
  replace(draft: Draft): void;
  /** What follows is a step of its own for undo. */
  seal(): void;
  undo(): void;
  redo(): void;
}

/** `kept`: what the service has; other windows may change it. */
export function useAugmentationDraft(id: string, kept: () => unknown): AugmentationDraft {
  let history = new DraftHistory(readDraft(kept()));
  const draft = shallowRef(history.draft);
  const canUndo = ref(false);
  const canRedo = ref(false);
  const saved = useSavedPipeline(id, () => draft.value);

  function show(): void {
    draft.value = history.draft;
    canUndo.value = history.canUndo;
    canRedo.value = history.canRedo;
  }
  function act(action: (on: DraftHistory) => void): void {
    action(history);
    show();
    saved.changed();
  }
  const change = (next: Draft, what?: string): void => act((on) => on.change(next, what));

  watch(kept, (value) => {
    const other = readDraft(value);
    if (!saved.isNews(other)) return;
    saved.accept(other);
    history = new DraftHistory(other);
    show();
  });
  return {
    draft,
    pipeline: computed(() => pipelineOf(draft.value)),
    canUndo,
    canRedo,
    saving: saved.state,
    add: (type) => {
      change(withAdded(draft.value, type));
      return draft.value.at(-1)?.key;
    },
    remove: (key) => change(without(draft.value, key)),
    move: (key, to) => change(withMoved(draft.value, key, to)),
    enable: (key, enabled) => change(withChanged(draft.value, key, { enabled })),
    setProbability: (key, probability) => change(withChanged(draft.value, key, { probability }), `${key}.probability`),
    setOptions: (key, options) =>
      change(withOptions(draft.value, key, options), `${key}.${Object.keys(options).join()}`),
    reset: (key) => change(withDefaultsAgain(draft.value, key)),
    replace: (next) => change(next),
    seal: () => history.seal(),
    undo: () => act((on) => on.undo()),
    redo: () => act((on) => on.redo()),
  };
}
