// What differs between runs: parameters, settings and the parts of their specifications that have more than one value.
import type { Parameter } from '../../../contract/run.js';
import type { RunRecord } from '../../../contract/services/runs.js';

export interface DifferenceRow {
  readonly name: string;
  readonly values: readonly Parameter[];
}

/** Long lists (pixels' means, vocabularies) are told as texts of this many characters at most. */
const longest = 200;

/** One row for each leaf of the specifications and each parameter; `specifications` in the order of the runs. */
export function differencesOf(
  runs: readonly RunRecord[],
  specifications: readonly unknown[],
): { readonly rows: readonly DifferenceRow[] } {
  const columns = runs.map((run, index) => ({
    data: run.data,
    model: run.model,
    backend: run.backend,
    seed: run.seed,
    ...run.parameters,
    ...leavesOf(specifications[index]),
  }));
  const names = [...new Set(columns.flatMap((column) => Object.keys(column)))];
  const rows = names.map((name) => ({
    name,
    values: columns.map((column) => (column as Readonly<Record<string, Parameter>>)[name] ?? null),
  }));
  const differing = rows.filter(({ values }) => values.some((value) => value !== values[0]));
  // Parameters are told once, by their short names, though they stand in the specification, too (`training.optimizer.type`).
  const short = new Map(differing.map(({ name, values }) => [name, values.join()]));
  return {
    rows: differing.filter(({ name, values }) => {
      const last = name.replace(/\.type$/, '').replace(/^.*\./, '');
      return last === name || short.get(last) !== values.join();
    }),
  };
}

/** `training.optimizer.type` and the like. Layers go by their ids, so that one more layer does not move all others. */
export function leavesOf(value: unknown, path = ''): Record<string, Parameter> {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return { [path]: value };
  if (typeof value === 'string') return { [path]: value.slice(0, longest) };
  if (typeof value !== 'object') return {};
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null))
      return { [path]: JSON.stringify(value).slice(0, longest) };
    return joined(value.map((item: unknown, index) => leavesOf(item, under(path, nameOf(item) ?? String(index)))));
  }
  return joined(Object.entries(value).map(([key, member]) => leavesOf(member, under(path, key))));
}

function nameOf(item: unknown): string | undefined {
  const { id } = item as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

function under(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function joined(parts: readonly Record<string, Parameter>[]): Record<string, Parameter> {
  return Object.assign({}, ...parts) as Record<string, Parameter>;
}
