// `eval`: measures a run's model on its data.
import { evaluateRun } from '../../services/trainedModels.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatNumber, formatTable } from '../format.js';
import { checkpointChoice, portsOf } from '../trainingView.js';

export const evaluate = defineCommand({
  summary: "measure a run's model on its data",
  positionals: [{ name: 'run', summary: 'a run, or the beginning or end of its name' }],
  options: {
    split: { type: 'list', value: 'PART', summary: 'train, val or test (default: val and test)' },
    checkpoint: {
      type: 'text',
      value: 'WHICH',
      choices: ['best', 'last'],
      summary: 'which state (default: that of the end; the best while unfinished)',
    },
    ...workspaceOption,
    ...jsonOption,
  },
  examples: ['eval k3f9', 'eval k3f9 --split train --json'],
  run: ([name], { split, checkpoint, workspace, json }, context) =>
    withWorkspace(workspaceFolder(workspace, context), { create: false }, async (opened) => {
      const { run } = opened.runs.find(name!);
      const splits = split.length > 0 ? split : ['val', 'test'];
      const metrics = await evaluateRun(portsOf(opened, context), run, splits, checkpointChoice(checkpoint));
      if (json) printJson(context.out, { run, status: 'finished', metrics });
      const rows = Object.entries(metrics).map(([metric, value]) => [metric, formatNumber(value)]);
      if (!json) for (const line of formatTable(['metric', 'value'], rows)) printLine(context.out, line);
      return exitCodes.ok;
    }),
});
