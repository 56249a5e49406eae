// The benchmark's process: our training steps on the chosen backends, each as a share of the machine's MatMul rate.
import type { BenchMeasure } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { pickBackend } from './backends/pickBackend.node.js';
import { physicalCores } from './backends/physicalCores.node.js';
import { benchModels } from './benchModels.js';
import { benchStep, matMulRate } from './benchStep.js';
import { loadChoices, saveChoices } from './choiceCache.node.js';
import { serveJobs } from './jobChannel.node.js';

const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

serveJobs(async (job, channel) => {
  if (job.kind !== 'bench')
    throw new EngineError('internal.error', `The benchmark does not know the job '${job.kind}'`);
  const models = job.models.length ? job.models : benchModels.map(({ name }) => name);
  for (const name of job.backends) {
    const backend = await pickBackend(name);
    const threads = physicalCores();
    const choices = loadChoices(name, threads);
    const load = { threads, choices };
    const ceiling = await matMulRate(backend, load, Math.min(1, job.seconds));
    await channel.send({
      model: 'matmul1024',
      backend: name,
      milliseconds: ((2 * 1.024 ** 3) / ceiling) * 1e3,
      gflops: ceiling,
      share: 1,
      peakBytes: peakBytes(),
    } satisfies BenchMeasure);
    for (const model of models) {
      if (channel.stopped()) return null;
      const { milliseconds, gflops } = await benchStep(model, backend, load, job.seconds);
      await channel.send({
        model,
        backend: name,
        milliseconds,
        gflops,
        share: gflops / ceiling,
        peakBytes: peakBytes(),
      } satisfies BenchMeasure);
    }
    saveChoices(name, threads, choices);
  }
  return null;
});
