// A contender of the benchmark on WebGPU: a process that warms up, tells what it is, and answers each line of its input with
// the time of a block of steps. Usage: benchGpu.node.js MODEL BATCH kernels|recorded|ordinary; without arguments: the adapter.
import { createInterface } from 'node:readline';
import { requireDawn } from './webgpu/dawn.node.js';
import { OpenDevice } from './webgpu/device.js';
import { GpuStep } from './benchGpu.js';

/** Steps of a submission; the peers' scripts wait for the GPU as seldom. */
const stepsPerWait = 8;

const cpuTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function timedBlock(step: GpuStep, seconds: number): Promise<object> {
  const cpu = cpuTime();
  const start = performance.now();
  let steps = 0;
  let elapsed = 0;
  do {
    // A slow adapter gets few steps a block, so that contenders take turns often.
    const left = steps === 0 ? 1 : Math.round((seconds * 1000 * steps) / elapsed) - steps;
    const count = Math.max(1, Math.min(stepsPerWait, left));
    await step.submit(count);
    await step.wait();
    steps += count;
    elapsed = performance.now() - start;
  } while (elapsed < seconds * 1000);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { milliseconds: elapsed / steps, steps, cpuMilliseconds: (cpuTime() - cpu) / steps, peakBytes };
}

async function contend(device: OpenDevice, model: string, batch: number, way: string): Promise<void> {
  const started = performance.now();
  const step = await GpuStep.open(device, model, {
    batch,
    way: way === 'kernels' ? 'kernels' : 'session',
    ordinary: way === 'ordinary',
  });
  await step.submit(1);
  await step.wait();
  const firstStep = performance.now() - started;
  await timedBlock(step, 0);
  print({ ready: true, firstStep, contender: 'Descent', adapter: device.report.driver, ...step.facts });
  for await (const line of createInterface({ input: process.stdin }))
    if (line === 'hand over') print({ handOver: await step.handOver(stepsPerWait, 5) });
    else if (line === 'profile') print({ profile: await step.profile() });
    else print(await timedBlock(step, Number(line)));
}

const device = await OpenDevice.request(await requireDawn());
const [model, batch, way] = process.argv.slice(2);
if (model === undefined) print(device.report);
else await contend(device, model, Number(batch), way ?? 'kernels');
process.exit();
