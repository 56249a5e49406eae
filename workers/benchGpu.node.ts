// A contender of the benchmark on WebGPU: a process that warms up, tells what it is, and answers each line of its input with
// the time of a block of steps. Usage: benchGpu.node.js MODEL BATCH kernels|recorded|ordinary; without arguments: the adapter.
import { createInterface } from 'node:readline';
import { requireDawn } from './webgpu/dawn.node.js';
import { OpenDevice } from './webgpu/device.js';
import { factsOf, profileOf, timeHandOver, type BenchSteps } from './benchGpu.js';
import { BenchSession } from './benchSession.js';
import { benchModel } from './benchTask.js';
import { BenchTraining } from './benchTraining.js';

/** Steps of a submission; the peers' scripts wait for the GPU as seldom. */
const stepsPerWait = 8;
const handOverSamples = 10;

const cpuTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function timedBlock(steps: BenchSteps, seconds: number): Promise<object> {
  const cpu = cpuTime();
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  do {
    // A slow adapter gets few steps a block, so that contenders take turns often.
    const left = done === 0 ? 1 : Math.round((seconds * 1000 * done) / elapsed) - done;
    const count = Math.max(1, Math.min(stepsPerWait, left));
    await steps.submit(count);
    await steps.wait();
    done += count;
    elapsed = performance.now() - start;
  } while (elapsed < seconds * 1000);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return {
    milliseconds: elapsed / done,
    steps: done,
    cpuMilliseconds: (cpuTime() - cpu) / done,
    peakBytes,
    loss: steps.loss,
  };
}

async function contend(device: OpenDevice, model: string, batch: number, way: string): Promise<void> {
  const started = performance.now();
  const task = benchModel(model, batch);
  const steps: BenchSteps =
    way === 'recorded' || way === 'ordinary'
      ? await BenchSession.open(device, task, way)
      : await BenchTraining.open(device, task);
  await steps.submit(1);
  await steps.wait();
  const firstStep = performance.now() - started;
  await timedBlock(steps, 0);
  print({ ready: true, firstStep, contender: 'Descent', adapter: device.report.driver, ...factsOf(steps) });
  for await (const line of createInterface({ input: process.stdin }))
    if (line === 'hand over') print({ handOver: await timeHandOver(steps, stepsPerWait, handOverSamples) });
    else if (line === 'profile') print({ profile: await profileOf(steps) });
    else print(await timedBlock(steps, Number(line)));
}

const device = await OpenDevice.request(await requireDawn());
const [model, batch, way] = process.argv.slice(2);
if (model === undefined) print(device.report);
else await contend(device, model, Number(batch), way ?? 'kernels');
process.exit();
