// One run while it trains: its curves, its epochs, what it told; caught up from the store when the window came later.
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { unpackCurve } from '../../../../contract/packedCurve.js';
import { faultOf, type Fault } from '../../../../contract/fault.js';
import type { RunDetails, RunRecord } from '../../../../contract/services/runs.js';
import type { QueuedRun } from '../../../../contract/services/training.js';
import type { TrainEvent } from '../../../../contract/training.js';
import type { CurveData } from '../../../components/charts/chartSeries.js';
import { connection, useServices } from '../../../services.js';
import { useRunList } from '../../runs/runList.js';
import { queuedRuns } from '../trainingQueue.js';
import { rowsOfCurves, withRow, type EpochRow } from './epochRows.js';
import { LiveCurves } from './liveCurves.js';

type Told = Extract<TrainEvent, { type: 'progress' }>;
export type LogLines = readonly {
  readonly time: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}[];

export interface LiveRun {
  readonly record: ComputedRef<RunRecord | undefined>;
  readonly queued: ComputedRef<QueuedRun | undefined>;
  readonly details: ShallowRef<RunDetails | undefined>;
  readonly curves: LiveCurves;
  readonly rows: ShallowRef<readonly EpochRow[]>;
  readonly progress: ShallowRef<Told | undefined>;
  readonly log: ShallowRef<LogLines>;
  readonly fault: ShallowRef<Fault | undefined>;
}

/** Entries of a stored curve that are read. */
const resolution = 4000;
const quiet: readonly TrainEvent['type'][] = ['progress', 'epoch', 'checkpoint'];

export function useLiveRun(run: Readonly<Ref<string>>): LiveRun {
  const live = makeLiveRun(run);
  const { runs, training } = useServices();

  async function readLog(): Promise<void> {
    const asked = run.value;
    const lines = await runs.log({ run: asked }).catch(() => live.log.value);
    if (asked === run.value) live.log.value = lines;
  }
  function hear(event: TrainEvent): void {
    if (event.run !== run.value) return;
    if (event.type === 'progress') live.progress.value = event;
    else if (event.type === 'epoch') live.rows.value = withRow(live.rows.value, event);
    else if (event.type === 'started') {
      live.curves.cutAfter(event.resumedFrom);
      live.rows.value = live.rows.value.filter(({ step }) => step <= event.resumedFrom);
    }
    if (!quiet.includes(event.type)) void readLog();
  }
  const stops = [
    training.on('told', hear),
    training.on('points', (points) => {
      if (points.run === run.value) live.curves.add(points.series, points.time);
    }),
    connection.onState((state) => {
      if (state === 'connected') void catchUp(run, live);
    }),
  ];
  onScopeDispose(() => {
    for (const stop of stops) stop();
  });
  watch(
    run,
    () => {
      live.progress.value = undefined;
      live.rows.value = [];
      live.curves.clear();
      void catchUp(run, live);
    },
    { immediate: true },
  );
  return live;
}

interface WritableRun extends LiveRun {
  readonly stepsPerEpoch: ComputedRef<number>;
}

function makeLiveRun(run: Readonly<Ref<string>>): WritableRun {
  const list = useRunList();
  const progress = shallowRef<Told>();
  const record = computed(() => list.find(run.value));
  const stepsPerEpoch = computed(() => {
    const epochs = Number(record.value?.parameters.epochs ?? progress.value?.epochs ?? 0);
    const steps = progress.value?.totalSteps ?? record.value?.totalSteps ?? 0;
    return epochs > 0 && steps > 0 ? steps / epochs : NaN;
  });
  return {
    record,
    queued: computed(() => queuedRuns.value.find((one) => one.run === run.value)),
    details: shallowRef(),
    curves: new LiveCurves(
      (work) => void requestAnimationFrame(work),
      () => stepsPerEpoch.value,
    ),
    rows: shallowRef([]),
    progress,
    log: shallowRef([]),
    fault: shallowRef(),
    stepsPerEpoch,
  };
}

async function catchUp(run: Readonly<Ref<string>>, live: WritableRun): Promise<void> {
  const { runs } = useServices();
  const asked = run.value;
  live.curves.begin();
  try {
    const [details, names, log] = await Promise.all([
      runs.details({ run: asked }),
      runs.metricNames({ runs: [asked] }),
      runs.log({ run: asked }),
    ]);
    const series = names.map((name) => ({ run: asked, name }));
    const found = series.length > 0 ? await runs.curves({ series, width: resolution }) : [];
    const known = found.map(unpackCurve);
    if (asked !== run.value) return;
    live.details.value = details;
    live.log.value = log;
    const data = new Map<string, CurveData>(known.map((curve) => [curve.name, curve]));
    live.rows.value = rowsOfCurves(data, live.stepsPerEpoch.value || 1);
    live.curves.fill(known);
    live.fault.value = undefined;
  } catch (error) {
    if (asked === run.value) live.fault.value = faultOf(error);
  }
}
