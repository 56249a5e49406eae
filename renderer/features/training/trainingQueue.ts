// The queue as all panels see it: one copy for the window, kept up to date by the service's events.
import { shallowRef } from 'vue';
import type { QueuedRun } from '../../../contract/services/training.js';
import { connection, useServices } from '../../services.js';

export const queuedRuns = shallowRef<readonly QueuedRun[]>([]);
/** How many runs train at once. */
export const runsAtOnce = shallowRef(1);

async function refresh(): Promise<void> {
  const { training } = useServices();
  queuedRuns.value = await training.queue({});
  runsAtOnce.value = (await training.limit({})).atOnce;
}

/** Called once, when the window starts. */
export async function watchQueue(): Promise<void> {
  const { training } = useServices();
  training.on('queue', (queue) => (queuedRuns.value = queue));
  // What happened while the connection was gone was told to nobody.
  connection.onState((state) => {
    if (state === 'connected') refresh().catch(() => undefined);
  });
  await refresh();
}

export function queuedRun(run: string): QueuedRun | undefined {
  return queuedRuns.value.find((queued) => queued.run === run);
}

export async function setRunsAtOnce(atOnce: number): Promise<void> {
  await useServices().training.setLimit({ atOnce });
  runsAtOnce.value = atOnce;
}
