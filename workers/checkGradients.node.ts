// The process that checks every operator's gradients on a backend.
import type { CheckGradientsResult, GradientCheck } from '../contract/jobs.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { GpuLowerings } from '../engine/kernels/gpuLowerings.js';
import { pickBackend } from './backends/pickBackend.node.js';
import { gradientChecks, type GradientCheckOptions } from './gradientChecks.js';
import { serveJobs } from './jobChannel.node.js';

serveJobs(async (job, channel) => {
  if (job.kind !== 'checkGradients')
    throw new EngineError('internal.error', `This worker does not know the job '${job.kind}'`);
  const result = { checked: 0, failed: 0 };
  const options: GradientCheckOptions = {
    backends: [await pickBackend(job.backend)],
    ...(job.backend === 'webgpu' && { reference: await pickBackend('auto'), lowerings: new GpuLowerings() }),
    ...(job.op !== null && { op: job.op }),
  };
  for await (const { op, case: name, input, error, pass } of gradientChecks(options)) {
    if (channel.stopped()) break;
    result.checked++;
    if (!pass) result.failed++;
    await channel.send({ op, case: name, input, error, pass } satisfies GradientCheck);
  }
  return result satisfies CheckGradientsResult;
});
