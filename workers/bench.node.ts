// The benchmark's process: our training steps on the chosen backends, each as a share of the machine's MatMul rate.
import type { BenchMeasure } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { pickBackend } from './backends/pickBackend.node.js';
import { physicalCores } from './backends/physicalCores.node.js';
import { benchModels } from './benchModels.js';
import { benchStep, matMulRate } from './benchStep.js';
import { loadChoices, saveChoices } from './choiceCache.node.js';
import { serveJobs } from './jobChannel.node.js';

const cpuTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

serveJobs(async (job, channel) => {
  if (job.kind !== 'bench')
    throw new EngineError('internal.error', `The benchmark does not know the job '${job.kind}'`);
  const models = job.models.length ? job.models : benchModels.map(({ name }) => name);
  for (const name of job.backends) {
    const backend = await pickBackend(name);
    const threads = job.threads ?? physicalCores();
    const choices = loadChoices(name, threads);
    const load = { threads, choices };
    const ceiling = await matMulRate(backend, load, { seconds: Math.min(1, job.seconds), cpuTime });
    await channel.send({
      model: 'matmul1024',
      backend: name,
      ...ceiling,
      share: 1,
      peakBytes: peakBytes(),
    } satisfies BenchMeasure);
    for (const model of models) {
      if (channel.stopped()) return null;
      const time = await benchStep(model, backend, load, { seconds: job.seconds, cpuTime });
      await channel.send({
        model,
        backend: name,
        ...time,
        share: time.gflops / ceiling.gflops,
        peakBytes: peakBytes(),
      } satisfies BenchMeasure);
    }
    saveChoices(name, threads, choices);
  }
  return null;
});
