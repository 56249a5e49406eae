// `predict`: applies a trained model to an input.
import type { Prediction } from '../../../contract/jobs.js';
import { predictWithRun } from '../../services/trainedModels.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatNumber } from '../format.js';
import { portsOf } from '../trainingView.js';

export const predict = defineCommand({
  summary: 'apply a trained model to an input',
  details: [
    'The input is prepared as the data was at training. With --json: one {"input", "label", "scores"} a line.',
    'Of an autoencoder "label" is how far the reconstruction is from the input, and "reconstruction" is what it made.',
  ].join('\n'),
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
            `${prediction.input}  ${labelOf(prediction)}  ${bestScores(prediction.scores)}`.trimEnd(),
          );
      }
      return exitCodes.ok;
    }),
});

/** Of a reconstruction how far it is from the input; tables say each column, too. */
function labelOf({ label, reconstruction }: Prediction): string | number {
  if (!reconstruction) return label;
  const columns = Array.isArray(reconstruction)
    ? []
    : Object.entries(reconstruction as Record<string, string | number>);
  const values = columns.map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`);
  return [`off by ${formatNumber(Number(label))}`, ...values].join('  ');
}

function bestScores(scores: Readonly<Record<string, number>> | null): string {
  const sorted = Object.entries(scores ?? {}).sort(([, left], [, right]) => right - left);
  return sorted
    .slice(0, 3)
    .map(([label, score]) => `${label} ${formatNumber(score)}`)
    .join('  ');
}
