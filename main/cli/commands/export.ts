// `export`: writes a trained model in one of the formats, or a run whole as a folder.
import { resolve } from 'node:path';
import type { ExportCheck } from '../../../contract/jobs.js';
import type { ExportProgress } from '../../../contract/services/exports.js';
import { exportRun } from '../../services/exportRun.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption, type OptionValues, type Options } from '../command.js';
import { printJson, printLine, workspaceFolder, type CommandContext } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatHelp, formatNames, formatOptions, givenOptions } from '../exportOptions.js';
import { formatNumber } from '../format.js';
import { checkpointChoice, portsOf } from '../trainingView.js';

const ownOptions = {
  format: { type: 'text', value: 'FORMAT', choices: formatNames, summary: 'what is written (default: onnx)' },
  out: {
    type: 'text',
    short: 'o',
    value: 'FILE',
    summary: "the file, or the new folder (default: in the workspace's folder exports)",
  },
  checkpoint: {
    type: 'text',
    value: 'WHICH',
    choices: ['best', 'last'],
    summary: 'which state (default: that of the end; the best while unfinished)',
  },
} as const satisfies Options;

const lastOptions = { ...workspaceOption, ...jsonOption } as const;

/** Those of the formats are known at run time only. */
const options: typeof ownOptions & typeof lastOptions = { ...ownOptions, ...formatOptions(), ...lastOptions };

export const exportModel = defineCommand({
  summary: 'write a trained model as a file: ONNX, safetensors, a web page, PyTorch source',
  details: formatHelp(),
  positionals: [{ name: 'run', summary: 'a run, or the beginning or end of its name' }],
  options,
  examples: [
    'export k3f9 --out digits.onnx',
    'export k3f9 --format onnx --precision float16 --opset 17 --out small.onnx',
    'export k3f9 --format html --out digits.html',
    'export k3f9 --format run --out digits-run',
  ],
  run: ([name], given: OptionValues<typeof options>, context) => {
    const { format = 'onnx', out, checkpoint, workspace, json } = given;
    const request = {
      format,
      options: givenOptions(format, given),
      choice: checkpointChoice(checkpoint),
      path: out === undefined ? undefined : resolve(out),
      replace: true,
    };
    return withWorkspace(workspaceFolder(workspace, context), { create: false }, async (opened) => {
      const { run } = opened.runs.find(name!);
      const watch = { onProgress: progressOf(json, context), signal: context.interruption };
      const { files, checks } = await exportRun(portsOf(opened, context), run, request, watch);
      const [{ path, bytes }] = files as [{ path: string; bytes: number }];
      if (json)
        printJson(context.out, {
          run,
          status: 'finished',
          format,
          file: path,
          bytes,
          files,
          checks,
          ...compared(checks),
        });
      else
        for (const file of files)
          printLine(context.out, `Wrote ${file.path}, ${file.bytes} bytes${describe(checks, file === files[0])}.`);
      return exitCodes.ok;
    });
  },
});

/** On a terminal: what is being done. */
function progressOf(json: boolean, { err }: CommandContext): (progress: ExportProgress) => void {
  return ({ step }) => {
    if (!json && err.isTTY) err.write(step === 'saving' ? '\r\u001b[K' : `\r\u001b[K${step}…`);
  };
}

/** The figures of a comparison, beside the list of checks. */
function compared(checks: readonly ExportCheck[]): { comparedExamples?: number; largestDifference?: number } {
  const check = checks.find(({ kind }) => kind === 'compared');
  if (check?.kind !== 'compared') return {};
  return { comparedExamples: check.examples, largestDifference: check.largestDifference };
}

function describe(checks: readonly ExportCheck[], first: boolean): string {
  return first && checks.length > 0 ? `: ${checks.map(sentenceOf).join('; ')}` : '';
}

function sentenceOf(check: ExportCheck): string {
  switch (check.kind) {
    case 'compared': {
      const { examples, largestDifference, changedDecisions, decisions } = check;
      const decided = changedDecisions ? `, ${changedDecisions} of ${decisions!} decisions changed` : '';
      return `reloaded, equal to ${formatNumber(largestDifference)} on ${examples} held-out examples${decided}`;
    }
    case 'identical':
      return `read again, ${check.tensors} tensors equal in every bit`;
    case 'matched':
      return `names and shapes of ${check.tensors} tensors checked, nothing computed`;
    case 'copied':
      return `read again, ${check.files} files equal in every byte`;
    case 'unpacked':
      return `taken apart again, ${check.parts} parts as they were put in`;
  }
}
