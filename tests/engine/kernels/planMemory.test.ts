// Memory of plans, known before anything runs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../engine/ir/shape.js';
import { leastLimits } from '../../../engine/kernels/compileOptions.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import { largestFitting, planMemory, sessionBytes, type PlanMemory } from '../../../engine/kernels/planMemory.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { compileProgram } from '../../../engine/training/program.js';
import { golden, supervisedPhase } from '../../golden/trajectories/trainings.js';
import { placementOf } from '../../workers/webgpu/stepPlacement.js';

const target = { limits: leastLimits, features: { f16: false, subgroups: false }, software: false };
const leNet = golden.supervised.find(({ name }) => name.startsWith('LeNet'))!;

function compiled(batch: number, forced = false) {
  const program = compileProgram([supervisedPhase(leNet, { batch })], { flatBelow: 0 });
  const step = program.steps[0]!;
  runPasses(step.graph);
  const placement = placementOf(program.entries, step);
  const plan = compileKernels(step.graph, {
    target,
    ...placement,
    ...(forced && { forceSession: ({ type }) => type === 'Conv' }),
  });
  const state = program.entries.reduce((bytes, { shape }) => bytes + 4 * sizeOf(shape), 0);
  const values = step.graph.nodes.flatMap(({ outputs }) => outputs);
  return { plan, state, values: values.reduce((bytes, { shape }) => bytes + 4 * sizeOf(shape as number[]), 0) };
}

const memoryAt = (batch: number): PlanMemory => planMemory(compiled(batch).plan);

describe('the memory of a step', () => {
  it('is its state, its batch and the peak of what lies between', () => {
    const { plan, state, values } = compiled(8);
    const memory = planMemory(plan);
    expect(memory.total).toBe(memory.external + memory.constant + memory.scratch);
    const batch = plan.inputs.filter(({ name }) => name.startsWith('batch/'));
    const fed = batch.reduce((bytes, { shape }) => bytes + 4 * sizeOf(shape), 0);
    expect(memory.external).toBeGreaterThanOrEqual(state + fed);
    expect(memory.external).toBeLessThan(state + fed + 1024);
    // Buffers are used again, and most values never get one.
    expect(memory.scratch).toBeGreaterThan(0);
    expect(memory.scratch).toBeLessThan(values / 3);
    expect(memory.largest).toBeLessThan(memory.total);
    expect(sessionBytes(plan)).toBe(0);
  });

  it('grows with the batch, the state does not', () => {
    const [small, large] = [memoryAt(4), memoryAt(16)];
    expect(large.scratch).toBeGreaterThan(3 * small.scratch);
    expect(large.scratch).toBeLessThan(5 * small.scratch);
    expect(large.external).toBeLessThan(1.5 * small.external);
  });

  it('counts what onnxruntime computes', () => {
    expect(sessionBytes(compiled(2, true).plan)).toBeGreaterThan(0);
  });

  it('tells the largest batch that fits', () => {
    const room = memoryAt(11).total;
    expect(largestFitting(32, (batch) => memoryAt(batch).total <= room)).toBe(11);
    expect(largestFitting(32, (batch) => memoryAt(batch).total <= 1000)).toBe(0);
  });

  it('the bound of any limit is found, in few steps', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (bound, most) => {
        let asked = 0;
        const found = largestFitting(most, (count) => {
          asked++;
          return count <= bound;
        });
        expect(found).toBe(Math.min(bound, most));
        expect(asked).toBeLessThanOrEqual(14);
      }),
    );
  });
});
