// `runs`: the runs of a workspace, newest first.
import { runStatuses, type RunStatus, type RunSummary } from '../../../contract/run.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatDate, formatMetrics, formatTable } from '../format.js';

export const runs = defineCommand({
  summary: 'list the runs of a workspace',
  details: 'A run whose process is gone reads as interrupted: `resume` continues it.',
  positionals: [],
  options: {
    status: { type: 'text', value: 'STATUS', choices: runStatuses, summary: 'only these' },
    data: { type: 'text', value: 'NAME', summary: 'only those on this data' },
    tag: { type: 'text', value: 'TAG', summary: 'only those with this tag' },
    ...workspaceOption,
    ...jsonOption,
  },
  examples: ['runs', 'runs --status interrupted --json'],
  run: (_, { status, data, tag, workspace, json }, context) =>
    withWorkspace(workspaceFolder(workspace, context), { create: false }, (opened) => {
      const filter = {
        // The parser admits no other texts.
        ...(status === undefined ? {} : { status: status as RunStatus }),
        ...(data === undefined ? {} : { data }),
        ...(tag === undefined ? {} : { tag }),
      };
      const list = opened.runs.list(filter);
      if (json) for (const run of list) printJson(context.out, run);
      else if (list.length === 0) printLine(context.out, 'There are no such runs.');
      else
        for (const line of formatTable(['run', 'status', 'progress', 'started', 'metrics'], list.map(cells)))
          printLine(context.out, line);
      return exitCodes.ok;
    }),
});

function cells(run: RunSummary): string[] {
  const progress = run.totalSteps > 0 ? `${Math.floor((100 * run.step) / run.totalSteps)} %` : '';
  return [run.run, run.status, progress, formatDate(run.started), formatMetrics(run.metrics, 3)];
}
