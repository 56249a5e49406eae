// `predict`: applies a trained model to an input.
import { predictWithRun } from '../../services/trainedModels.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatNumber } from '../format.js';
import { portsOf } from '../trainingView.js';

export const predict = defineCommand({
  summary: 'apply a trained model to an input',
  details: 'The input is prepared as the data was at training. With --json: one {"input", "label", "scores"} a line.',
  positionals: [
    { name: 'run', summary: 'a run, or the beginning or end of its name' },
    { name: 'input', summary: 'a file, a folder, or a text for models of text' },
  ],
  options: { ...workspaceOption, ...jsonOption },
  examples: ['predict k3f9 seven.png', 'predict k3f9 new.csv --json'],
  run: ([name, input], { workspace, json }, context) =>
    withWorkspace(workspaceFolder(workspace, context), { create: false }, async (opened) => {
      const { run } = opened.runs.find(name!);
      for (const prediction of await predictWithRun(portsOf(opened, context), run, input!)) {
        if (json) printJson(context.out, prediction);
        else
          printLine(
            context.out,
            `${prediction.input}  ${prediction.label}  ${bestScores(prediction.scores)}`.trimEnd(),
          );
      }
      return exitCodes.ok;
    }),
});

function bestScores(scores: Readonly<Record<string, number>> | null): string {
  const sorted = Object.entries(scores ?? {}).sort(([, left], [, right]) => right - left);
  return sorted
    .slice(0, 3)
    .map(([label, score]) => `${label} ${formatNumber(score)}`)
    .join('  ');
}
