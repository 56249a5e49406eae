// The runs service: the table of runs and what changes about it, curves, and what a trained model does and looks like.
import { faultCodes } from '../../../contract/fault.js';
import { isEnded } from '../../../contract/run.js';
import { runsService } from '../../../contract/services/runs.js';
import type { Implementation } from '../../../contract/service.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { Workspace } from '../../store/workspace.js';
import type { WorkbenchPorts } from './ports.js';
import { readCurves } from './runCurves.js';
import { readRunDetails, readSpecification } from './runDetails.js';
import { differencesOf } from './runDifferences.js';
import { tellPages } from './runPages.js';
import { RunPredictions } from './runPredictions.js';
import { exportRunsCsv } from './runsCsv.js';
import { RunsWatch } from './runsWatch.js';
import { RunTensors } from './runTensors.js';

export function makeRunsService(ports: WorkbenchPorts): Implementation<typeof runsService> {
  const { workspace } = ports;
  const watch = new RunsWatch(workspace, ports.hub.emitter(runsService));
  const predictions = new RunPredictions(ports);
  const tensors = new RunTensors(ports);
  // Nobody can take these back any more: the workspace was closed since.
  purgeLater(ports, workspace.runs.removedIds());
  ports.beforeClose(() => {
    watch.close();
    for (const run of workspace.runs.removedIds()) workspace.removeRun(run);
  });
  const changing = <T>(work: (argument: T) => void): ((argument: T) => void) => {
    return (argument) => {
      work(argument);
      watch.notice();
    };
  };
  return {
    list: () => {
      const runs = workspace.runs.page();
      watch.remember(runs);
      return runs;
    },
    pages: (_, context) => tellPages(workspace.runs, context, (runs) => watch.remember(runs)),
    details: ({ run }) => readRunDetails(workspace, run),
    curves: ({ series, ...query }, { signal }) => readCurves(workspace, series, query, signal),
    metricNames: ({ runs }) => [...new Set(runs.flatMap((run) => workspace.metricNames(run)))].sort(),
    rename: changing(({ run, name }) => workspace.runs.rename(run, name)),
    setNotes: changing(({ run, notes }) => workspace.runs.setNotes(run, notes)),
    setTags: changing(({ runs, add, remove }) => workspace.runs.changeTags(runs, add, remove)),
    archive: changing(({ runs, archived }) => workspace.runs.setArchived(runs, archived)),
    remove: changing(({ runs }) => {
      refuseActive(workspace, runs);
      workspace.runs.setRemoved(runs, true);
    }),
    restore: changing(({ runs }) => workspace.runs.setRemoved(runs, false)),
    confusion: ({ run, split }, context) => predictions.confusion(run, split, context),
    predictions: (query, context) => predictions.page(query, context),
    tensors: ({ run }) => tensors.summaries(run),
    histogram: (query, context) => tensors.histogram(query, context),
    log: ({ run }) => workspace.runLog.lines(run),
    differences: async ({ runs }) => {
      const records = new Map(workspace.runs.records(runs).map((record) => [record.run, record]));
      const found = runs.flatMap((run) => records.get(run) ?? []);
      const read = found.map(({ run }) => readSpecification(workspace.runFolder(run)));
      return differencesOf(found, await Promise.all(read));
    },
    exportCsv: (request) => exportRunsCsv(workspace, request),
  };
}

/** A training would go on writing into what is removed. */
function refuseActive(workspace: Workspace, runs: readonly string[]): void {
  const active = workspace.runs.records(runs).find(({ status }) => !isEnded(status));
  if (active)
    throw new EngineError(
      faultCodes.runBusy,
      `Run '${active.name}': it must have stopped to be deleted, but is ${active.status}. Stop it first.`,
    );
}

/** Removing many files takes a moment: the window need not wait for it. */
function purgeLater(ports: WorkbenchPorts, runs: readonly string[]): void {
  const [run, ...others] = runs;
  if (run === undefined || ports.closing.aborted) return;
  setImmediate(() => {
    if (ports.closing.aborted) return;
    try {
      ports.workspace.removeRun(run);
    } catch (error) {
      ports.log('warning', run, error instanceof Error ? error.message : String(error));
    }
    purgeLater(ports, others);
  });
}
