// The runs as the window shows them: read once, then kept up to date by events; with the progress of those that train.
import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowRef, type Ref } from 'vue';
import { faultOf, type Fault } from '../../../contract/fault.js';
import { isEnded } from '../../../contract/run.js';
import type { RunRecord } from '../../../contract/services/runs.js';
import { connection, useServices } from '../../services.js';
import { seriesCount } from '../../theme/series.js';

/** What a training tells between two changes of its record. */
export interface LiveProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly examplesPerSecond: number;
  readonly loss: number | null;
}

/** Runs of a page: as many as a table shows at first, and as many as one waits for without noticing. */
const [firstPage, furtherPage] = [200, 2500];

async function* pagesOf({
  list,
}: Pick<ReturnType<typeof useServices>['runs'], 'list'>): AsyncGenerator<readonly RunRecord[]> {
  let runs: readonly RunRecord[] = [];
  for (let most = firstPage; ; most = furtherPage) {
    const last = runs.at(-1);
    runs = await list({ most, ...(last && { after: { created: last.created, run: last.run } }) });
    yield runs;
    if (runs.length < most) return;
  }
}

function apply(to: Map<string, RunRecord>, runs: readonly RunRecord[], removed: readonly string[]): void {
  for (const run of runs) to.set(run.run, run);
  for (const run of removed) to.delete(run);
}

/** Gives runs numbers of colours: neighbours in time have different ones, and a run keeps its own while the window is open. */
function makeColours(all: Readonly<Ref<readonly RunRecord[]>>): (run: string) => number {
  const colours = new Map<string, number>();
  return (run) => {
    if (!colours.has(run))
      for (const { run: known } of [...all.value].reverse()) if (!colours.has(known)) colours.set(known, colours.size);
    if (!colours.has(run)) colours.set(run, colours.size);
    return colours.get(run)! % seriesCount;
  };
}

export const useRunList = defineStore('runs', () => {
  const services = useServices();
  const byId = shallowRef<ReadonlyMap<string, RunRecord>>(new Map());
  const fault = shallowRef<Fault>();
  /** Whether all of them are there. */
  const isKnown = ref(false);
  const live = shallowReactive(new Map<string, LiveProgress>());
  let latest = 0;

  /** The newest first. */
  const all = computed(() =>
    [...byId.value.values()].sort((one, other) =>
      other.created === one.created ? (other.run < one.run ? -1 : 1) : other.created < one.created ? -1 : 1,
    ),
  );

  /** What a load has so far. */
  let gathered: Map<string, RunRecord> | undefined;

  /** In pages: the first is shown while the others come. */
  async function load(): Promise<void> {
    const mine = ++latest;
    const next = (gathered = new Map<string, RunRecord>());
    try {
      for await (const runs of pagesOf(services.runs)) {
        if (mine !== latest) return;
        for (const run of runs) next.set(run.run, run);
        if (byId.value.size === 0) byId.value = new Map(next);
      }
      [byId.value, fault.value, isKnown.value] = [next, undefined, true];
    } catch (error) {
      if (mine === latest) fault.value = faultOf(error);
    } finally {
      if (gathered === next) gathered = undefined;
    }
  }

  services.runs.on('changed', ({ runs, removed }) => {
    const next = new Map(byId.value);
    apply(next, runs, removed);
    byId.value = next;
    if (gathered) apply(gathered, runs, removed);
    for (const { run, status } of runs) if (isEnded(status)) live.delete(run);
  });
  services.training.on('told', (event) => {
    if (event.type === 'progress') {
      const { step, totalSteps, epoch, examplesPerSecond, losses } = event;
      live.set(event.run, { step, totalSteps, epoch, examplesPerSecond, loss: losses.train_loss ?? null });
    } else if (event.type === 'finished' || event.type === 'interrupted' || event.type === 'failed')
      live.delete(event.run);
  });
  // What happened while the connection was gone was not told.
  connection.onState((state) => {
    if (state === 'connected' && isKnown.value) void load();
  });
  void load();

  return {
    all,
    byId,
    fault,
    isKnown,
    live,
    load,
    colourOf: makeColours(all),
    find: (run: string) => byId.value.get(run),
  };
});
