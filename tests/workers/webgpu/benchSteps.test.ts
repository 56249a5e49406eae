// The benchmark's steps as training compiles them: what they cost in dispatches, and that they train.
import { describe, expect, it } from 'vitest';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { BenchTraining } from '../../../workers/benchTraining.js';
import { benchModel, benchPhase } from '../../../workers/benchTask.js';
import { compileForGpu } from '../../../workers/webgpu/gpuProgram.js';
import { planPhase } from '../../../workers/webgpu/gpuPhase.js';
import { describeOnGpu } from './testDevice.js';
import { targets } from './graphRun.js';

/** Dispatches that gather a batch: one kernel writes inputs, targets and weights. */
const gathering = 1;

/** Dispatches of a step, its batch not included. */
function dispatchesOf(name: string, kind: keyof typeof targets): number {
  const { program } = compileForGpu([benchPhase(benchModel(name))]);
  const step = program.steps[0]!;
  runPasses(step.graph);
  const { entries } = program;
  const request = { step, entries, seed: 0, orderLength: 1, batchSize: 1, wanted: ['loss'], watched: ['loss'] };
  const { plan } = planPhase(request, targets[kind]);
  expect(plan.commands.filter(({ kind: command }) => command === 'session')).toEqual([]);
  return plan.commands.filter(({ kind: command }) => command === 'kernel').length;
}

describe.each(['gpu', 'software'] as const)('a step for a %s adapter', (kind) => {
  it('is at most 16 dispatches for the MLP, its batch included', () => {
    expect(dispatchesOf('mlp', kind) + gathering).toBeLessThanOrEqual(16);
  });

  it('is at most 40 dispatches for LeNet, its batch included', () => {
    expect(dispatchesOf('lenet', kind) + gathering).toBeLessThanOrEqual(40);
  });
});

describeOnGpu('a benchmark step', (device) => {
  it('trains', async () => {
    const steps = await BenchTraining.open(device, benchModel('mlp', 16));
    await steps.submit(1);
    await steps.wait();
    const first = steps.loss;
    await steps.submit(96);
    await steps.wait();
    // Three epochs of made-up examples: learnt by heart, so that the loss falls.
    expect(steps.loss).toBeLessThan(first);
    await steps.dispose();
  });
});
