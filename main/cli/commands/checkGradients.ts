// `check-gradients`: every operator's gradients against central differences, in a worker.
import type { CheckGradientsResult, GradientCheck } from '../../../contract/jobs.js';
import { runInWorker } from '../../services/launcher.js';
import { defineCommand, jsonOption } from '../command.js';
import { printJson, printLine } from '../context.js';
import { exitCodes } from '../exitCode.js';

const backends = ['native', 'wasm', 'webgpu'] as const;

export const checkGradients = defineCommand({
  summary: "compare every operator's gradients with central differences",
  details: 'Prints the largest relative error of each case; fails when any is too large.',
  positionals: [],
  options: {
    op: { type: 'text', value: 'NAME', summary: 'only this operator' },
    backend: { type: 'text', value: 'NAME', choices: backends, summary: 'what computes (default: native)' },
    ...jsonOption,
  },
  examples: ['check-gradients', 'check-gradients --op Conv --json'],
  run: async (_, { op, backend, json }, { out, launch, interruption }) => {
    const { checked, failed } = await runInWorker<GradientCheck, CheckGradientsResult>(launch, {
      entry: 'checkGradients.node',
      job: {
        kind: 'checkGradients',
        op: op ?? null,
        backend: backends.find((name) => name === backend) ?? 'native',
      },
      onEvent: (check) => {
        if (json) printJson(out, check);
        else
          printLine(
            out,
            `${check.pass ? '✓' : '✗'} ${check.op}: ${check.case}, ${check.input}: ${check.error.toExponential(1)}`,
          );
      },
      signal: interruption,
    });
    if (!json) printLine(out, `${checked - failed} passed, ${failed} failed`);
    return failed > 0 || checked === 0 ? exitCodes.failed : exitCodes.ok;
  },
});
