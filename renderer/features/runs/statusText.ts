// The word for the state of a run.
import type { RunSummary } from '../../../contract/run.js';
import { runTexts } from '../../texts/runs.js';

export type RunState = Pick<RunSummary, 'status' | 'ended' | 'fault'>;

/** A stopped run was ended in order: it has a time of its end and no fault. One whose process died has neither. */
export function wasStopped({ status, ended, fault }: RunState): boolean {
  return status === 'interrupted' && ended !== null && fault === null;
}

export function statusText(run: RunState): string {
  return wasStopped(run) ? runTexts.stopped : runTexts.status[run.status];
}
