// Closing the window ends the runs that use its GPU: the person is asked first and offered a checkpoint. Runs of other
// processes go on without a window.
import { shallowRef } from 'vue';
import { isEnded } from '../../../contract/run.js';
import { useServices } from '../../services.js';
import { useRunList } from '../runs/runList.js';
import { queuedRuns } from './trainingQueue.js';

/** Whether the person wanted to close the window and is asked what is to become of its runs. */
export const isClosingAsked = shallowRef(false);

/** The runs that closing this window may end. */
export function endangeredRuns(): readonly { readonly run: string; readonly name: string }[] {
  return queuedRuns.value.filter(({ inWindow, state }) => inWindow && state !== 'waiting');
}

/** How many go on in processes of their own. */
export function lastingRuns(): number {
  return queuedRuns.value.filter(({ inWindow, state }) => !inWindow && state !== 'waiting').length;
}

/**
 * Holds the window open while runs use its GPU. A browser asks by itself in words of its own, Electron does not: either way our
 * question stands in the window that stays.
 */
export function watchClosing(): void {
  addEventListener('beforeunload', (event) => {
    if (endangeredRuns().length === 0) return;
    event.preventDefault();
    isClosingAsked.value = true;
  });
}

/** Stops them with a checkpoint of this moment; resolves when all have ended. */
export async function saveBeforeClosing(): Promise<void> {
  const { training } = useServices();
  const runs = endangeredRuns().map(({ run }) => run);
  const ended = Promise.all(runs.map((run) => hasEnded(run)));
  await Promise.all(runs.map((run) => training.stop({ run })));
  await ended;
}

function hasEnded(run: string): Promise<void> {
  const status = useRunList().find(run)?.status;
  if (status !== undefined && isEnded(status)) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = useServices().training.on('told', (event) => {
      if (event.run !== run || !['finished', 'interrupted', 'failed'].includes(event.type)) return;
      stop();
      resolve();
    });
  });
}
