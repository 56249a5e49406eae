// `export`: writes a trained model as an ONNX file, or a run whole as a folder.
import { resolve } from 'node:path';
import { exportWholeRun } from '../../services/runFolders.js';
import { exportRun } from '../../services/trainedModels.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatNumber } from '../format.js';
import { usage } from '../parseArguments.js';
import { checkpointChoice, portsOf } from '../trainingView.js';

export const exportModel = defineCommand({
  summary: 'write a trained model as an ONNX file',
  details: [
    'The file is loaded again in a fresh session and compared on held-out examples before it is written.',
    'With --format run the whole run (record, metrics, checkpoints) goes to a new folder; `import` takes it in elsewhere.',
  ].join('\n'),
  positionals: [{ name: 'run', summary: 'a run, or the beginning or end of its name' }],
  options: {
    format: { type: 'text', value: 'FORMAT', choices: ['onnx', 'run'], summary: 'what is written (default: onnx)' },
    out: { type: 'text', short: 'o', value: 'FILE', summary: 'the file, or the new folder' },
    preprocessing: { type: 'flag', summary: 'put the preparation of the data into the graph' },
    checkpoint: {
      type: 'text',
      value: 'WHICH',
      choices: ['best', 'last'],
      summary: 'which state (default: that of the end; the best while unfinished)',
    },
    ...workspaceOption,
    ...jsonOption,
  },
  examples: ['export k3f9 --out digits.onnx', 'export k3f9 --format run --out digits-run'],
  run: ([name], { format, out, preprocessing, checkpoint, workspace, json }, context) => {
    if (out === undefined) throw usage('export', '--out is missing');
    const file = resolve(out);
    return withWorkspace(workspaceFolder(workspace, context), { create: false }, async (opened) => {
      const { run } = opened.runs.find(name!);
      if (format === 'run') {
        await exportWholeRun(opened, run, file);
        if (json) printJson(context.out, { run, status: 'finished', file });
        else printLine(context.out, `Wrote ${file}.`);
        return exitCodes.ok;
      }
      const choice = checkpointChoice(checkpoint);
      const { bytes, ...checked } = await exportRun(portsOf(opened, context), run, { file, preprocessing, choice });
      if (json) printJson(context.out, { run, status: 'finished', file, bytes: bytes.byteLength, ...checked });
      else printLine(context.out, `Wrote ${file}, ${bytes.byteLength} bytes: ${describe(checked)}.`);
      return exitCodes.ok;
    });
  },
});

function describe({
  comparedExamples,
  largestDifference,
}: {
  comparedExamples: number;
  largestDifference: number;
}): string {
  return `reloaded, equal to ${formatNumber(largestDifference)} on ${comparedExamples} held-out examples`;
}
