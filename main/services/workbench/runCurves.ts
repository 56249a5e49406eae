// Curves of runs as windows draw them: steps, epochs and times of every stretch, as typed arrays from the store to the picture.
import { setImmediate } from 'node:timers/promises';
import type { RunSummary } from '../../../contract/run.js';
import type { Curve } from '../../../contract/services/runs.js';
import type { CurveQuery } from '../../store/curveReader.js';
import type { Workspace } from '../../store/workspace.js';

/** Milliseconds after which others get their turn. */
const turn = 25;

export async function readCurves(
  workspace: Workspace,
  series: readonly { readonly run: string; readonly name: string }[],
  query: CurveQuery,
  signal: AbortSignal,
): Promise<Curve[]> {
  const records = workspace.runs.records([...new Set(series.map(({ run }) => run))]);
  const byId = new Map(records.map((record) => [record.run, record]));
  const curves: Curve[] = [];
  let began = performance.now();
  for (const { run, name } of series) {
    const record = byId.get(run);
    if (record) curves.push(curveOf(workspace, record, name, query));
    if (performance.now() - began < turn) continue;
    await setImmediate();
    signal.throwIfAborted();
    began = performance.now();
  }
  return curves;
}

function curveOf(workspace: Workspace, record: RunSummary, name: string, query: CurveQuery): Curve {
  const { points, steps, times, values, min, max } = workspace.curves.read(record.run, name, query);
  const started = Date.parse(record.started ?? record.created);
  const stepsPerEpoch = stepsPerEpochOf(record);
  return {
    run: record.run,
    name,
    points,
    steps,
    epochs: steps.map((step) => step / stepsPerEpoch),
    times: times.map((time) => time - started),
    values,
    min,
    max,
  };
}

/** NaN where nothing tells. */
export function stepsPerEpochOf({ parameters, step, epoch, totalSteps }: RunSummary): number {
  const { examples, batch, epochs } = parameters;
  if (typeof examples === 'number' && typeof batch === 'number' && batch > 0) return Math.ceil(examples / batch);
  if (typeof epochs === 'number' && epochs > 0 && totalSteps > 0) return totalSteps / epochs;
  return epoch > 0 && step > 0 ? step / epoch : NaN;
}
