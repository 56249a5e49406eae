// Keeps a pipeline with its data set: a moment after each change, and at once when the panel goes away.
import { onScopeDispose, ref, type Ref } from 'vue';
import { notifyFault } from '../../../shell/notifications.js';
import { useServices } from '../../../services.js';
import { pipelineOf, type Draft } from './pipelineDraft.js';

export interface SavedPipeline {
  readonly state: Readonly<Ref<'saved' | 'saving' | 'failed'>>;
  /** The draft has changed. */
  changed(): void;
  /** Whether what the service tells is news: neither what is kept from here nor older than what is being edited. */
  isNews(draft: Draft): boolean;
  /** What the service has, when it came from elsewhere. */
  accept(draft: Draft): void;
}

/** Milliseconds after the last change. */
const delay = 400;

export function useSavedPipeline(id: string, draft: () => Draft): SavedPipeline {
  const { datasets } = useServices();
  const state = ref<'saved' | 'saving' | 'failed'>('saved');
  let kept = textOf(draft());
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const text = textOf(draft());
    try {
      if (text !== kept) await datasets.setAugmentation({ id, pipeline: plain(draft()) });
      kept = text;
      if (textOf(draft()) === text) state.value = 'saved';
    } catch (error) {
      state.value = 'failed';
      notifyFault(error);
    }
  }
  const leave = (): void => void save();
  window.addEventListener('pagehide', leave);
  onScopeDispose(() => {
    window.removeEventListener('pagehide', leave);
    void save();
  });

  return {
    state,
    changed: () => {
      state.value = 'saving';
      clearTimeout(timer);
      timer = setTimeout(leave, delay);
    },
    isNews: (other) => state.value === 'saved' && textOf(other) !== kept,
    accept: (other) => (kept = textOf(other)),
  };
}

function textOf(draft: Draft): string {
  return JSON.stringify(pipelineOf(draft).transforms);
}

/** JSON as the service takes it; none rather than an empty one. */
function plain(draft: Draft): Record<string, never> | null {
  return draft.length === 0 ? null : (JSON.parse(JSON.stringify(pipelineOf(draft))) as Record<string, never>);
}
