// Which backend trains a model fastest here: found by taking a few steps on each, and remembered.
import type { BatchPlan } from '../engine/data/batches.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import type { StepClock } from '../engine/training/stepScalars.js';
import type { DriverRequest, MakeDriver, StepDriver } from './stepDriver.js';

/** A backend that may be the fastest. */
export interface Candidate {
  readonly name: string;
  readonly make: MakeDriver;
}

/** Milliseconds a step by the name of the backend. */
export type StepTimes = Readonly<Record<string, number>>;

export interface Picked {
  readonly candidate: Candidate;
  /** «webgpu: 3.1 ms a step, native 18.4 ms». */
  readonly reason: string;
}

export interface PickOptions {
  /** What was measured before for this very model on this machine. */
  readonly known?: StepTimes | undefined;
  /** Keeps what was measured now. */
  readonly keep: (times: StepTimes) => void;
}

/** Steps before this are not counted: caches fill, chunks grow. */
const warmUp = 300;
/** How long steps are counted, in milliseconds, and how many at most. */
const measured = 700;
const mostSteps = 400;

/**
 * The candidate with the shortest steps, the first of those that are equally fast. One that fails cannot be picked; its failure is
 * told in the reason.
 * @throws EngineError of the last failure when all fail
 */
export async function pickFastest(
  candidates: readonly Candidate[],
  request: DriverRequest,
  { known, keep }: PickOptions,
): Promise<Picked> {
  const times: Record<string, number> = {};
  const failures: string[] = [];
  let failure: unknown;
  for (const { name, make } of candidates) {
    if (known?.[name] !== undefined) {
      times[name] = known[name];
      continue;
    }
    try {
      times[name] = await timeSteps(make, request);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failure = error;
      failures.push(`${name} cannot: ${error.message}`);
    }
  }
  const order = candidates
    .filter(({ name }) => times[name] !== undefined)
    .sort((one, other) => times[one.name]! - times[other.name]!);
  const [candidate] = order;
  if (!candidate) throw failure;
  keep(times);
  return { candidate, reason: reasonFor(order, times, failures) };
}

function reasonFor(order: readonly Candidate[], times: StepTimes, failures: readonly string[]): string {
  const [first, ...others] = order.map(({ name }) => ({ name, time: `${formatted(times[name]!)} ms` }));
  const rest = others.map(({ name, time }) => `${name} ${time}`);
  return [`${first!.name}: ${first!.time} a step`, ...rest, ...failures].join(', ');
}

function formatted(milliseconds: number): string {
  return milliseconds >= 100 ? milliseconds.toFixed(0) : Number(milliseconds.toPrecision(2)).toString();
}

/** Milliseconds of one step of a driver that is made for this and disposed of. */
export async function timeSteps(make: MakeDriver, request: DriverRequest): Promise<number> {
  // The rate of a schedule that ends before the measurement does would mean nothing.
  const { learningRate, scalars } = request.clockOf(request.step + 1);
  const clockOf = (step: number): StepClock => ({
    step,
    learningRate,
    seed: request.seed,
    ...(scalars && { scalars }),
  });
  const driver = await make({ ...request, clockOf });
  try {
    const { next } = await stepsFor(driver, request.plan, request.step, warmUp);
    const { steps, milliseconds } = await stepsFor(driver, request.plan, next, measured);
    return milliseconds / steps;
  } finally {
    await driver.dispose();
  }
}

/** Takes steps for a while; what is under way at the end is waited for and counted. */
async function stepsFor(
  driver: StepDriver,
  plan: BatchPlan,
  done: number,
  duration: number,
): Promise<{ readonly next: number; readonly steps: number; readonly milliseconds: number }> {
  const start = performance.now();
  let steps = 0;
  while (steps === 0 || (performance.now() - start < duration && steps < mostSteps)) {
    const last = (Math.floor((done + steps) / plan.stepsPerEpoch) + 1) * plan.stepsPerEpoch;
    const reports = await driver.advance(last);
    // A step that was dropped would be taken again and again.
    if (reports.some(({ loss }) => !Number.isFinite(loss))) break;
    steps += reports.length;
  }
  steps += (await driver.settle()).length;
  return { next: done + steps, steps: Math.max(1, steps), milliseconds: performance.now() - start };
}
