// What must be said before the window closes: a run on its GPU ends with it. Runs of other processes go on.
import { isEnded } from '../../../contract/run.js';
import { useServices } from '../../services.js';
import { trainingTexts } from '../../texts/training.js';
import { useRunList } from '../runs/runList.js';
import { queuedRuns } from './trainingQueue.js';

/** The runs that closing this window may end. */
export function endangeredRuns(): readonly { readonly run: string; readonly name: string }[] {
  return queuedRuns.value.filter(({ inWindow, state }) => inWindow && state !== 'waiting');
}

/** What to say of them; undefined where nothing is in danger. */
export function closingQuestion(): string | undefined {
  const runs = endangeredRuns();
  return runs.length === 0 ? undefined : trainingTexts.closing.text(runs.map(({ name }) => name).join(', '));
}

/** Stops them with a checkpoint of this moment. Resolves when all have ended; `signal` gives up waiting. */
export async function saveBeforeClosing(signal?: AbortSignal): Promise<void> {
  const { training } = useServices();
  const runs = endangeredRuns().map(({ run }) => run);
  const ended = Promise.all(runs.map((run) => hasEnded(run, signal)));
  await Promise.all(runs.map((run) => training.stop({ run })));
  await ended;
}

function hasEnded(run: string, signal: AbortSignal | undefined): Promise<void> {
  const { training } = useServices();
  const status = useRunList().find(run)?.status;
  if (status !== undefined && isEnded(status)) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = training.on('told', (event) => {
      if (event.run !== run || !['finished', 'interrupted', 'failed'].includes(event.type)) return;
      stop();
      resolve();
    });
    signal?.addEventListener('abort', () => {
      stop();
      resolve();
    });
  });
}
