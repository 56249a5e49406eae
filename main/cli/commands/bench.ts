// `bench`: the time of training steps on this computer, in a worker.
import type { BenchMeasure } from '../../../contract/jobs.js';
import { runInWorker } from '../../services/launcher.js';
import { defineCommand, jsonOption } from '../command.js';
import { printJson, printLine } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatNumber } from '../format.js';

export const bench = defineCommand({
  summary: 'time training steps on this computer',
  details:
    'Each time is the best of the medians of short blocks, after warm-up; the share is of the rate of a MatMul 1024³ measured in the same run.',
  positionals: [],
  options: {
    model: { type: 'list', value: 'NAME', summary: 'only this model' },
    backend: { type: 'text', value: 'NAME', choices: ['native', 'wasm'], summary: 'only this backend' },
    seconds: { type: 'number', value: 'N', summary: 'how long each model is timed (3)' },
    threads: { type: 'number', value: 'N', minimum: 1, integer: true, summary: 'computing threads (physical cores)' },
    ...jsonOption,
  },
  examples: ['bench', 'bench --model lenet --json'],
  run: async (_, { model, backend, seconds, threads, json }, { out, launch, interruption }) => {
    await runInWorker<BenchMeasure, null>(launch, {
      entry: 'bench.node',
      job: {
        kind: 'bench',
        models: model,
        seconds: seconds ?? 3,
        threads: threads ?? null,
        backends: backend === undefined ? ['native', 'wasm'] : [backend === 'wasm' ? 'wasm' : 'native'],
      },
      onEvent: (measure) => {
        const { milliseconds, gflops, share } = measure;
        if (json) printJson(out, measure);
        else
          printLine(
            out,
            `${measure.model.padEnd(16)}${measure.backend.padEnd(8)}${formatNumber(milliseconds)} ms  ${formatNumber(gflops)} GFLOP/s  ${Math.round(share * 100)} %`,
          );
      },
      signal: interruption,
    });
    return exitCodes.ok;
  },
});
