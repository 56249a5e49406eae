// Curves of runs as windows draw them: steps, epochs and times of every stretch, as typed arrays from the store to the picture.
import { setImmediate } from 'node:timers/promises';
import { packColumn, roundColumn, type PackedCurve } from '../../../contract/packedCurve.js';
import type { CurveQuery } from '../../store/curveReader.js';
import type { RunTimeline } from '../../store/runRecords.js';
import type { Workspace } from '../../store/workspace.js';

/** Milliseconds after which others get their turn. */
const turn = 25;

export async function readCurves(
  workspace: Workspace,
  series: readonly { readonly run: string; readonly name: string }[],
  query: CurveQuery,
  signal: AbortSignal,
): Promise<PackedCurve[]> {
  const timelines = workspace.runs.timelines([...new Set(series.map(({ run }) => run))]);
  const curves: PackedCurve[] = [];
  let began = performance.now();
  for (const { run, name } of series) {
    const timeline = timelines.get(run);
    if (timeline) curves.push(curveOf(workspace, timeline, name, query));
    if (performance.now() - began < turn) continue;
    await setImmediate();
    signal.throwIfAborted();
    began = performance.now();
  }
  return curves;
}

function curveOf(workspace: Workspace, timeline: RunTimeline, name: string, query: CurveQuery): PackedCurve {
  const { run } = timeline;
  const { points, steps, times, values, min, max } = workspace.curves.read(run, name, query);
  const started = Date.parse(timeline.started ?? timeline.created);
  return {
    run,
    name,
    points,
    stepsPerEpoch: stepsPerEpochOf(timeline),
    steps: packColumn(steps),
    times: packColumn(since(times, started)),
    values: packColumn(values),
    min: roundColumn(min),
    max: roundColumn(max),
  };
}

/** As `map`, in a fifth of its time: eighty thousand entries belong to a picture of fifty curves. */
function since(times: Float64Array, start: number): Float64Array {
  const result = new Float64Array(times.length);
  for (let at = 0; at < times.length; at++) result[at] = times[at]! - start;
  return result;
}

/** NaN where nothing tells. */
export function stepsPerEpochOf({ parameters, step, epoch, totalSteps }: RunTimeline): number {
  const { examples, batch, epochs } = parameters;
  if (typeof examples === 'number' && typeof batch === 'number' && batch > 0) return Math.ceil(examples / batch);
  if (typeof epochs === 'number' && epochs > 0 && totalSteps > 0) return totalSteps / epochs;
  return epoch > 0 && step > 0 ? step / epoch : NaN;
}
