// The pipeline while it is being edited: transforms with keys of their own, changed without mutation, with undo.
import { augmentationOf } from '../../../../engine/data/augment/index.js';
import {
  augmentationSchema,
  mostTransforms,
  type Augmentation,
  type AugmentationSource,
  type AugmentationTransform,
} from '../../../../engine/data/augment/pipeline.js';

export interface DraftItem {
  /** Stays with the transform wherever it is moved. */
  readonly key: number;
  readonly transform: AugmentationTransform;
}

export type Draft = readonly DraftItem[];

let lastKey = 0;

function itemOf(transform: AugmentationTransform): DraftItem {
  return { key: ++lastKey, transform };
}

/** What is kept with a data set; nothing where it is none, or no longer fits. */
export function readDraft(kept: unknown): Draft {
  const parsed = augmentationSchema.safeParse(kept);
  return parsed.success ? parsed.data.transforms.map(itemOf) : [];
}

export function draftOf(transforms: AugmentationSource['transforms']): Draft {
  return augmentationSchema.parse({ transforms }).transforms.map(itemOf);
}

export function pipelineOf(draft: Draft): Augmentation {
  return { version: 1, transforms: draft.map(({ transform }) => transform) };
}

export function isFull(draft: Draft): boolean {
  return draft.length >= mostTransforms;
}

/** At the end, with its defaults: draws of those before it stay what they are. */
export function withAdded(draft: Draft, type: string): Draft {
  return [...draft, itemOf({ type: augmentationOf(type).type, enabled: true, options: {} })];
}

export function without(draft: Draft, key: number): Draft {
  return draft.filter((item) => item.key !== key);
}

/** `to` is the place that the transform has afterwards. */
export function withMoved(draft: Draft, key: number, to: number): Draft {
  const moved = draft.find((item) => item.key === key);
  if (!moved) return draft;
  const rest = without(draft, key);
  const place = Math.max(0, Math.min(rest.length, to));
  if (draft[place] === moved) return draft;
  return [...rest.slice(0, place), moved, ...rest.slice(place)];
}

export function withChanged(draft: Draft, key: number, change: Partial<AugmentationTransform>): Draft {
  return draft.map((item) => (item.key === key ? { ...item, transform: { ...item.transform, ...change } } : item));
}

export function withOptions(draft: Draft, key: number, options: AugmentationTransform['options']): Draft {
  const item = draft.find((entry) => entry.key === key);
  return item ? withChanged(draft, key, { options: { ...item.transform.options, ...options } }) : draft;
}

/** Options and probability as they are declared. */
export function withDefaultsAgain(draft: Draft, key: number): Draft {
  return draft.map((item) => {
    if (item.key !== key) return item;
    const { type, enabled } = item.transform;
    return { key, transform: { type, enabled, options: {} } };
  });
}

/** Steps back and forth. Successive changes of one thing, as a slider makes them, are one step. */
export class DraftHistory {
  private past: Draft[] = [];
  private future: Draft[] = [];
  private changing: string | undefined;

  constructor(public draft: Draft) {}

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** `what` names the thing that is changed; changes of the same one are joined until {@link seal}. */
  change(next: Draft, what?: string): void {
    if (next === this.draft) return;
    if (what === undefined || what !== this.changing) this.past.push(this.draft);
    if (this.past.length > 200) this.past.shift();
    this.changing = what;
    this.future = [];
    this.draft = next;
  }

  /** The next change is a step of its own. */
  seal(): void {
    this.changing = undefined;
  }

  undo(): void {
    const before = this.past.pop();
    if (!before) return;
    this.future.push(this.draft);
    this.draft = before;
    this.seal();
  }

  redo(): void {
    const after = this.future.pop();
    if (!after) return;
    this.past.push(this.draft);
    this.draft = after;
    this.seal();
  }
}
