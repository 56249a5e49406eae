// Curves of runs for charts: asked for at the picture's resolution, again for a closer look, again while a run goes on.
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import { faultOf, type Fault } from '../../../contract/fault.js';
import { unpackCurve } from '../../../contract/packedCurve.js';
import type { Curve } from '../../../contract/services/runs.js';
import type { AxisKind } from '../../components/charts/axis.js';
import type { StepRange } from '../../components/charts/chartSeries.js';
import { useServices } from '../../services.js';
import { LatestQuestion } from './latestQuestion.js';

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
  readonly load: () => void;
} {
  const curves = shallowRef<ReadonlyMap<string, Curve>>(new Map());
  const fault = shallowRef<Fault>();
  const questions = new LatestQuestion<CurveRequest, readonly Curve[]>({
    ask: async ({ series, width, range, scale }, signal) => {
      const part = range && { from: range.from, to: range.to };
      const found = await useServices().runs.curves({ series: [...series], width, scale, ...part }, { signal });
      return found.map(unpackCurve);
    },
    heard: (found) => {
      curves.value = new Map(found.map((curve) => [curveKey(curve), curve]));
      fault.value = undefined;
    },
    failed: (error) => (fault.value = faultOf(error)),
  });

  function load(): void {
    const { series, width } = request.value;
    if (series.length > 0 && width > 0) questions.ask(request.value);
  }

  // By what it asks for: every change of any run's record makes it anew.
  watch(() => JSON.stringify(request.value), load, { immediate: true });
  let wasOn = false;
  const timer = setInterval(() => {
    if (questions.isAsking) return;
    const isOn = goesOn();
    // Once more after the end: the last points come with it.
    if (isOn || wasOn) load();
    wasOn = isOn;
  }, interval);
  onScopeDispose(() => {
    clearInterval(timer);
    questions.stop();
  });
  return { curves, fault, load };
}
