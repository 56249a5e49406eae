// Runs as comma-separated values: a row a run, or a row a logged point.
import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { faultCodes } from '../../../contract/fault.js';
import type { RunRecord } from '../../../contract/services/runs.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { writeAtomic } from '../../store/atomicFile.js';
import type { Workspace } from '../../store/workspace.js';
import { stepsPerEpochOf } from './runCurves.js';

type Cell = string | number | boolean | null | undefined;

export interface CsvRequest {
  readonly runs: readonly string[];
  readonly content: 'table' | 'metrics';
  /** Absolute; left out: a new file in the workspace's folder `exports`. */
  readonly path?: string | undefined;
}

/** @throws EngineError `usage.path`, `store.*` */
export async function exportRunsCsv(
  workspace: Workspace,
  { runs, content, path }: CsvRequest,
): Promise<{ readonly path: string; readonly rows: number }> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const target = path ?? join(workspace.path, 'exports', `${content === 'table' ? 'runs' : 'metrics'}-${stamp}.csv`);
  if (!isAbsolute(target))
    throw new EngineError(faultCodes.usage, `File '${target}': its path must be absolute. Choose a folder and a name.`);
  await mkdir(dirname(target), { recursive: true });
  const records = inOrder(workspace.runs.records(runs), runs);
  const lines = content === 'table' ? tableOf(records) : pointsOf(workspace, records);
  let rows = -1;
  const encoder = new TextEncoder();
  function* pieces(): Generator<Uint8Array> {
    for (const line of lines) {
      rows++;
      yield encoder.encode(`${line.map(cell).join(',')}\r\n`);
    }
  }
  await writeAtomic(target, joined(pieces()), workspace.files);
  return { path: target, rows };
}

function inOrder(records: readonly RunRecord[], ids: readonly string[]): RunRecord[] {
  const byId = new Map(records.map((record) => [record.run, record]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function* tableOf(records: readonly RunRecord[]): Generator<readonly Cell[]> {
  const names = (of: (record: RunRecord) => object): string[] => [
    ...new Set(records.flatMap((record) => Object.keys(of(record)))),
  ];
  const metrics = names((record) => record.metrics);
  const parameters = names((record) => record.parameters);
  yield [
    ...['run', 'name', 'status', 'data', 'model', 'backend', 'seed', 'created', 'started', 'ended', 'epoch', 'step'],
    ...['tags', 'notes', ...metrics, ...parameters.map((name) => `parameter ${name}`)],
  ];
  for (const { metrics: known, parameters: given, ...run } of records)
    yield [
      ...[run.run, run.name, run.status, run.data, run.model, run.backend, run.seed, run.created, run.started],
      ...[run.ended, run.epoch, run.step, run.tags.join(' '), run.notes],
      ...metrics.map((name) => known[name]),
      ...parameters.map((name) => given[name]),
    ];
}

function* pointsOf(workspace: Workspace, records: readonly RunRecord[]): Generator<readonly Cell[]> {
  yield ['run', 'name', 'metric', 'step', 'epoch', 'time', 'value'];
  for (const record of records) {
    const stepsPerEpoch = stepsPerEpochOf(record);
    for (const metric of workspace.metricNames(record.run))
      for (const { step, time, value } of workspace.metric(record.run, metric))
        yield [record.run, record.name, metric, step, step / stepsPerEpoch, new Date(time).toISOString(), value];
  }
}

/** After RFC 4180; what is not a number is empty, infinities by name. */
function cell(value: Cell): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Pieces of some size: a write for every line would take long. */
function* joined(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  const size = 1 << 16;
  let buffer = new Uint8Array(size);
  let used = 0;
  for (const piece of pieces) {
    if (used + piece.length > size) {
      yield buffer.subarray(0, used);
      buffer = new Uint8Array(Math.max(size, piece.length));
      used = 0;
    }
    buffer.set(piece, used);
    used += piece.length;
  }
  yield buffer.subarray(0, used);
}
