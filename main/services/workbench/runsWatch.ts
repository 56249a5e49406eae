// Notices what changes about runs, whichever process changes it: another window, the command line, a training that dies.
import { isEnded } from '../../../contract/run.js';
import type { runsService, RunRecord } from '../../../contract/services/runs.js';
import type { Emit } from '../../../contract/service.js';
import type { Workspace } from '../../store/workspace.js';

/** Milliseconds between two looks at the number of the last change; one takes some microseconds. */
const interval = 400;
/** Looks between two questions whether the processes of unfinished runs still live. */
const looksPerLife = 5;

export class RunsWatch {
  private number: number;
  private looks = 0;
  /** Runs that are not ended, as they were last told. */
  private readonly unfinished = new Map<string, RunRecord['status']>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly workspace: Workspace,
    private readonly emit: Emit<typeof runsService>,
  ) {
    this.number = workspace.runs.changeNumber();
    this.timer = setInterval(() => this.look(), interval);
    // A process that has nothing else to do may end.
    this.timer.unref();
  }

  /** To be called after a change of our own, so that windows need not wait. */
  notice(): void {
    const { runs, removed, number } = this.workspace.runs.changesAfter(this.number);
    this.number = number;
    this.remember(runs, removed);
    if (runs.length > 0 || removed.length > 0) this.emit('changed', { runs, removed });
  }

  /** Tells what a window was given, so that the end of a process is noticed without any change in the database. */
  remember(runs: readonly RunRecord[], removed: readonly string[] = []): void {
    for (const run of removed) this.unfinished.delete(run);
    for (const { run, status } of runs)
      if (isEnded(status)) this.unfinished.delete(run);
      else this.unfinished.set(run, status);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    this.notice();
    if (++this.looks % looksPerLife !== 0) return;
    this.lookAtProcesses();
    this.workspace.runs.writeEnds();
  }

  private lookAtProcesses(): void {
    if (this.unfinished.size === 0) return;
    const records = this.workspace.runs.records([...this.unfinished.keys()]);
    const changed = records.filter(({ run, status }) => this.unfinished.get(run) !== status);
    this.remember(records);
    if (changed.length > 0) this.emit('changed', { runs: changed, removed: [] });
  }
}
