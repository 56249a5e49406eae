// Which runs are known while pages of them come and changes are told at the same time. Maps are made anew, never changed.
import type { RunRecord } from '../../../contract/services/runs.js';

export type RunMap = ReadonlyMap<string, RunRecord>;

export class KnownRuns {
  /** Whether all of them have been there once. */
  isWhole = false;
  private shown: RunMap | undefined;
  private gathered: Map<string, RunRecord> | undefined;

  /** What can be shown; nothing until the first page is there: a change alone would look like all there is. */
  get runs(): RunMap {
    return this.shown ?? nothing;
  }

  /** Pages come, from the first; what came of an earlier reading is forgotten. */
  begin(): void {
    this.gathered = new Map();
  }

  /** The next page. The first is shown at once where nothing is known; later ones change nothing before {@link end}. */
  add(page: readonly RunRecord[]): void {
    if (!this.gathered) return;
    for (const run of page) this.gathered.set(run.run, run);
    this.shown ??= new Map(this.gathered);
  }

  /** All pages are there. */
  end(): void {
    if (!this.gathered) return;
    this.shown = this.gathered;
    this.isWhole = true;
    this.gathered = undefined;
  }

  /** No further page comes; what is shown stays. */
  giveUp(): void {
    this.gathered = undefined;
  }

  /** Records that came or changed, and ids that went. */
  change(runs: readonly RunRecord[], removed: readonly string[]): void {
    if (this.gathered) apply(this.gathered, runs, removed);
    if (!this.shown) return;
    const next = new Map(this.shown);
    apply(next, runs, removed);
    this.shown = next;
  }
}

const nothing: RunMap = new Map();

function apply(to: Map<string, RunRecord>, runs: readonly RunRecord[], removed: readonly string[]): void {
  for (const run of runs) to.set(run.run, run);
  for (const run of removed) to.delete(run);
}
