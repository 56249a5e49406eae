// The runs as the window shows them: read once, then kept up to date by events; with the progress of those that train.
import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowRef, type Ref } from 'vue';
import { faultOf, type Fault } from '../../../contract/fault.js';
import { isEnded } from '../../../contract/run.js';
import type { RunCount, RunPage, RunRecord } from '../../../contract/services/runs.js';
import { connection, useServices } from '../../services.js';
import { seriesCount } from '../../theme/series.js';
import { KnownRuns } from './knownRuns.js';

/** What a training tells between two changes of its record. */
export interface LiveProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly examplesPerSecond: number;
  readonly loss: number | null;
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

function newestFirst(runs: RunRecord[]): readonly RunRecord[] {
  return runs.sort((one, other) =>
    other.created === one.created ? (other.run < one.run ? -1 : 1) : other.created < one.created ? -1 : 1,
  );
}

function hearProgress(live: Map<string, LiveProgress>): void {
  useServices().training.on('told', (event) => {
    if (event.type === 'progress') {
      const { step, totalSteps, epoch, examplesPerSecond, losses } = event;
      live.set(event.run, { step, totalSteps, epoch, examplesPerSecond, loss: losses.train_loss ?? null });
    } else if (event.type === 'finished' || event.type === 'interrupted' || event.type === 'failed')
      live.delete(event.run);
  });
}

export const useRunList = defineStore('runs', () => {
  const services = useServices();
  const known = new KnownRuns();
  const byId = shallowRef(known.runs);
  const fault = shallowRef<Fault>();
  /** Whether all of them are there. */
  const isKnown = ref(false);
  /** How many there are, as long as not all of them are there. */
  const count = shallowRef<RunCount>();
  const live = shallowReactive(new Map<string, LiveProgress>());
  let latest = 0;

  const all = computed(() => newestFirst([...byId.value.values()]));

  function show(): void {
    byId.value = known.runs;
    isKnown.value = known.isWhole;
  }

  /** In pages: the first is shown while the others come. */
  async function load(): Promise<void> {
    const mine = ++latest;
    known.begin();
    const onProgress = (page: RunPage): void => {
      if (mine !== latest) return;
      known.add(page.runs);
      if (page.count.all !== count.value?.all || page.count.archived !== count.value.archived) count.value = page.count;
      show();
    };
    try {
      await services.runs.pages({}, { onProgress });
      if (mine !== latest) return;
      known.end();
      show();
      fault.value = undefined;
    } catch (error) {
      if (mine !== latest) return;
      known.giveUp();
      fault.value = faultOf(error);
    }
  }

  services.runs.on('changed', ({ runs, removed }) => {
    known.change(runs, removed);
    show();
    for (const { run, status } of runs) if (isEnded(status)) live.delete(run);
  });
  hearProgress(live);
  // What happened while the connection was gone was not told.
  connection.onState((state) => {
    if (state === 'connected' && (isKnown.value || fault.value)) void load();
  });
  void load();

  return {
    all,
    byId,
    fault,
    isKnown,
    count,
    live,
    load,
    colourOf: makeColours(all),
    find: (run: string) => byId.value.get(run),
  };
});
