// What a contender of the benchmark on WebGPU does with its standard input: each line asks for one block of steps.
import { createInterface } from 'node:readline';

/** Steps between two waits for the GPU: each contender gets as much of a queue. */
const stepsPerWait = 8;

const cpuTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Warms up, prints `{ ready: true, … }`, then answers each line (a number of seconds) with the time of a block of steps:
 * milliseconds a step from the first to the end of the last one on the GPU. Ends with its input.
 * @param {{ step: () => unknown, wait: () => Promise<unknown>, about: object }} contender
 */
export async function serveBlocks({ step, wait, about }) {
  const started = performance.now();
  await step();
  await wait();
  const firstStep = performance.now() - started;
  await block(step, wait, 0);
  print({ ready: true, firstStep, ...about });
  for await (const line of createInterface({ input: process.stdin })) print(await block(step, wait, Number(line)));
  process.exit(0);
}

async function block(step, wait, seconds) {
  const cpu = cpuTime();
  const start = performance.now();
  let steps = 0;
  let end = start;
  do {
    // A slow adapter gets few steps a block, so that contenders take turns often.
    const each = steps === 0 ? 0 : (end - start) / steps;
    const count = steps === 0 ? 1 : Math.max(1, Math.min(stepsPerWait, Math.round((seconds * 1000) / each) - steps));
    for (let index = 0; index < count; index++) await step();
    await wait();
    steps += count;
    end = performance.now();
  } while (end - start < seconds * 1000);
  return {
    milliseconds: (end - start) / steps,
    steps,
    cpuMilliseconds: (cpuTime() - cpu) / steps,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
