// The runs as the window shows them: read once, then kept up to date by events; with the progress of those that train.
import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowRef } from 'vue';
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

export const useRunList = defineStore('runs', () => {
  const services = useServices();
  const byId = shallowRef<ReadonlyMap<string, RunRecord>>(new Map());
  const fault = shallowRef<Fault>();
  const isKnown = ref(false);
  const live = shallowReactive(new Map<string, LiveProgress>());
  /** Numbers of colours: neighbours in time have different ones, and a run keeps its own while the window is open. */
  const colours = new Map<string, number>();
  let latest = 0;

  /** The newest first. */
  const all = computed(() =>
    [...byId.value.values()].sort((one, other) =>
      other.created === one.created ? (other.run < one.run ? -1 : 1) : other.created < one.created ? -1 : 1,
    ),
  );

  async function load(): Promise<void> {
    const mine = ++latest;
    try {
      const runs = await services.runs.list({});
      if (mine !== latest) return;
      byId.value = new Map(runs.map((run) => [run.run, run]));
      fault.value = undefined;
      isKnown.value = true;
    } catch (error) {
      if (mine === latest) fault.value = faultOf(error);
    }
  }

  services.runs.on('changed', ({ runs, removed }) => {
    const next = new Map(byId.value);
    for (const run of runs) {
      next.set(run.run, run);
      if (isEnded(run.status)) live.delete(run.run);
    }
    for (const run of removed) next.delete(run);
    byId.value = next;
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

  function colourOf(run: string): number {
    if (!colours.has(run))
      for (const { run: known } of [...all.value].reverse()) if (!colours.has(known)) colours.set(known, colours.size);
    if (!colours.has(run)) colours.set(run, colours.size);
    return colours.get(run)! % seriesCount;
  }

  return { all, byId, fault, isKnown, live, load, colourOf, find: (run: string) => byId.value.get(run) };
});
