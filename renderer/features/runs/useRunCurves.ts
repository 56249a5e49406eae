// Curves of runs for charts: asked for at the picture's resolution, again for a closer look, again while a run goes on.
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import { faultOf, type Fault } from '../../../contract/fault.js';
import type { Curve } from '../../../contract/services/runs.js';
import type { AxisKind } from '../../components/charts/axis.js';
import type { StepRange } from '../../components/charts/chartSeries.js';
import { useServices } from '../../services.js';

export interface SeriesName {
  readonly run: string;
  readonly name: string;
}

export interface CurveRequest {
  readonly series: readonly SeriesName[];
  readonly width: number;
  readonly range: StepRange | null;
  readonly scale: AxisKind;
}

/** Milliseconds between two looks at runs that go on. */
const interval = 1500;

export const curveKey = ({ run, name }: SeriesName): string => `${run} ${name}`;

export function useRunCurves(
  request: Readonly<Ref<CurveRequest>>,
  goesOn: () => boolean,
): {
  readonly curves: Readonly<Ref<ReadonlyMap<string, Curve>>>;
  readonly fault: Readonly<Ref<Fault | undefined>>;
  readonly load: () => Promise<void>;
} {
  const curves = shallowRef<ReadonlyMap<string, Curve>>(new Map());
  const fault = shallowRef<Fault>();
  let running: AbortController | undefined;

  async function load(): Promise<void> {
    const { series, width, range, scale } = request.value;
    running?.abort();
    const mine = (running = new AbortController());
    if (series.length === 0 || width === 0) return;
    try {
      const found = await useServices().runs.curves(
        { series: [...series], width, scale, ...(range && { from: range.from, to: range.to }) },
        { signal: mine.signal },
      );
      if (mine.signal.aborted) return;
      curves.value = new Map(found.map((curve) => [curveKey(curve), curve]));
      fault.value = undefined;
    } catch (error) {
      // What was overtaken by another question is nobody's.
      if (!mine.signal.aborted) fault.value = faultOf(error);
    }
  }

  watch(request, () => void load(), { immediate: true });
  let wasOn = false;
  const timer = setInterval(() => {
    const isOn = goesOn();
    // Once more after the end: the last points come with it.
    if (isOn || wasOn) void load();
    wasOn = isOn;
  }, interval);
  onScopeDispose(() => {
    clearInterval(timer);
    running?.abort();
  });
  return { curves, fault, load };
}
