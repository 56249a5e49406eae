// Which data sets of the list are shown, and in which order.
import type { DataKind, DatasetSummary } from '../../../../contract/services/datasets.js';

export interface DatasetFilter {
  readonly text: string;
  readonly kind: DataKind | undefined;
}

export interface DatasetGroups {
  /** Of the workspace, the newest first. */
  readonly own: readonly DatasetSummary[];
  /** Those that come with the app, by name. */
  readonly examples: readonly DatasetSummary[];
}

export function groupDatasets(all: readonly DatasetSummary[], { text, kind }: DatasetFilter): DatasetGroups {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = all.filter(
    (dataset) =>
      (kind === undefined || dataset.kind === kind) && words.every((word) => haystack(dataset).includes(word)),
  );
  return {
    own: shown
      .filter(({ isExample }) => !isExample)
      .sort((one, other) => (other.created ?? '').localeCompare(one.created ?? '') || byName(one, other)),
    examples: shown.filter(({ isExample }) => isExample).sort(byName),
  };
}

function haystack({ name, title, kind, task }: DatasetSummary): string {
  return `${name} ${title} ${kind} ${task}`.toLowerCase();
}

function byName(one: DatasetSummary, other: DatasetSummary): number {
  return one.title.localeCompare(other.title, undefined, { numeric: true });
}

/** Kinds that occur, in a fixed order: what a filter offers. */
export function kindsOf(all: readonly DatasetSummary[]): readonly DataKind[] {
  const order: readonly DataKind[] = ['image', 'tabular', 'sequence', 'text', 'timeSeries'];
  return order.filter((kind) => all.some((dataset) => dataset.kind === kind));
}

/** Another data set of the workspace that is called so, whatever the case. */
export function nameTaken(all: readonly DatasetSummary[], name: string, except?: string): boolean {
  const wanted = name.trim().toLowerCase();
  return all.some((dataset) => dataset.id !== except && dataset.name.toLowerCase() === wanted);
}
