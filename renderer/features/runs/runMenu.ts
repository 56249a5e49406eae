// What can be done with some runs, as a menu: of rows of the table, of the panel of one run.
import type { DropdownOption } from 'naive-ui';
import { faultCodes } from '../../../contract/fault.js';
import { isEnded } from '../../../contract/run.js';
import type { RunRecord } from '../../../contract/services/runs.js';
import { notifyFault } from '../../shell/notifications.js';
import { openPanel } from '../../shell/workbench.js';
import { runTexts } from '../../texts/runs.js';
import {
  archiveRuns,
  cloneRun,
  compareRuns,
  continueRun,
  exportModel,
  exportRuns,
  openRun,
  removeRuns,
} from './runActions.js';

interface RunCommand {
  readonly label: string | ((runs: readonly RunRecord[]) => string);
  /** Left out where it makes no sense of these runs. */
  readonly suits?: (runs: readonly RunRecord[]) => boolean;
  readonly isEnabled?: (runs: readonly RunRecord[]) => boolean;
  readonly act: (runs: readonly RunRecord[]) => unknown;
}

const ids = (runs: readonly RunRecord[]): string[] => runs.map(({ run }) => run);
const isOne = ({ length }: readonly RunRecord[]): boolean => length === 1;
const areArchived = (runs: readonly RunRecord[]): boolean => runs.every(({ archived }) => archived);
const haveEnded = (runs: readonly RunRecord[]): boolean => runs.every(({ status }) => isEnded(status));

const commands = {
  open: { label: runTexts.open, suits: isOne, act: ([run]) => openRun(run!) },
  compare: { label: runTexts.compare, suits: ({ length }) => length > 1, act: (runs) => compareRuns(ids(runs)) },
  live: {
    label: runTexts.watchLive,
    suits: (runs) => isOne(runs) && !haveEnded(runs),
    act: ([run]) => openPanel('training.live', { run: run!.run }),
  },
  continue: {
    label: runTexts.continueRun,
    suits: (runs) => isOne(runs) && canGoOn(runs[0]!),
    act: ([run]) => continueRun(run!.run),
  },
  clone: { label: runTexts.cloneRun, suits: isOne, act: ([run]) => cloneRun(run!.run) },
  export: {
    label: runTexts.exportModel,
    suits: isOne,
    isEnabled: ([run]) => run!.step > 0,
    act: ([run]) => exportModel(run!.run),
  },
  table: { label: runTexts.exportTable, act: (runs) => exportRuns(ids(runs), 'table') },
  metrics: { label: runTexts.exportPoints, act: (runs) => exportRuns(ids(runs), 'metrics') },
  archive: {
    label: (runs) => (areArchived(runs) ? runTexts.unarchive : runTexts.archive),
    act: (runs) => archiveRuns(ids(runs), !areArchived(runs)),
  },
  remove: { label: runTexts.remove, isEnabled: haveEnded, act: (runs) => removeRuns(ids(runs)) },
} satisfies Record<string, RunCommand>;

export type RunCommandName = keyof typeof commands;

/** Of a run that ended before it was done. */
export function canGoOn(run: RunRecord): boolean {
  return isEnded(run.status) && run.status !== 'finished' && run.step > 0 && !hasDiverged(run);
}

/** Its loss is not finite: continued, it would come to that again, to the bit. */
export function hasDiverged({ status, fault }: RunRecord): boolean {
  return status === 'failed' && fault?.code === faultCodes.notFinite;
}

/** What is done with one's own field, such as renaming, is put between by the caller. */
export function runMenu(runs: readonly RunRecord[], names: readonly RunCommandName[]): DropdownOption[] {
  return names.flatMap((key) => {
    const { label, suits, isEnabled }: RunCommand = commands[key];
    if (suits && !suits(runs)) return [];
    return [{ key, label: typeof label === 'string' ? label : label(runs), disabled: isEnabled?.(runs) === false }];
  });
}

export function runRunCommand(name: string, runs: readonly RunRecord[]): void {
  const command = (commands as Readonly<Record<string, RunCommand>>)[name];
  if (command && runs.length > 0) void Promise.resolve(command.act(runs)).catch(notifyFault);
}
