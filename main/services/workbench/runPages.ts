// The list of runs in pages: reading ten thousand records at once would keep the host from all else for a moment.
import { setTimeout as pause } from 'node:timers/promises';
import type { CallContext } from '../../../contract/service.js';
import type { RunPage, RunRecord } from '../../../contract/services/runs.js';
import type { RunStore } from '../../store/runStore.js';

/** As many as a table shows at first, then so many that reading them is not felt. */
const sizes = { first: 200, further: 250 };

/** Milliseconds between two pages: a file is read and sent in that time, which takes several turns of the event loop. */
const gap = 10;

/** From the newest run to the oldest; the last page may be empty. */
export function* pagesOf(runs: Pick<RunStore, 'page'>, { first, further } = sizes): Generator<readonly RunRecord[]> {
  let page: readonly RunRecord[] = [];
  for (let most = first; ; most = further) {
    page = runs.page(most, page.at(-1));
    yield page;
    if (page.length < most) return;
  }
}

/** @param read hears of each page before it is told */
export async function tellPages(
  runs: RunStore,
  { signal, progress }: CallContext<RunPage>,
  read: (page: readonly RunRecord[]) => void,
): Promise<null> {
  const count = runs.count();
  for (const page of pagesOf(runs)) {
    read(page);
    progress({ runs: page, count });
    // The files of the panel that shows the runs are served by this thread, too.
    await pause(gap);
    signal.throwIfAborted();
  }
  return null;
}
