// Steps of our own kernels: several in one submission give the bits of steps taken one by one, behind the guard or not.
import { expect, it } from 'vitest';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { integers, uniforms } from '../../../engine/random/fields.js';
import { compileProgram } from '../../../engine/training/program.js';
import type { PhaseDeclaration } from '../../../engine/training/phase.js';
import { trainPhase } from '../../../engine/training/supervised.js';
import { benchPhase } from '../../../workers/benchTask.js';
import { onnxruntimeSegments } from '../../../workers/webgpu/ortSegments/ortSegment.js';
import { adversary, adversaryBatch, golden, players } from '../../golden/trajectories/trainings.js';
import { drawnParameters } from '../../golden/trajectories/drawn.js';

import { largestError } from '../../engine/training/runGraph.js';
import { GpuProgram, type Batch } from './gpuProgram.js';
import { leNet, mlp, stepModels } from './stepModels.js';
import { describeOnGpu } from './testDevice.js';

const clock = { step: 1, learningRate: 0.05, seed: 3 };

/** Floats between 0 and 1, class numbers below 2. */
function batchFor(phase: PhaseDeclaration): Batch {
  const [step] = compileProgram([phase]).steps;
  return Object.fromEntries(
    step!.batch.map(({ name, dtype, shape }) => {
      const key = { seed: 5, purpose: name };
      const count = sizeOf(shape);
      const values = dtype === 'float32' ? uniforms(key, count) : integers(key, count, 0, 2);
      return [name.slice('batch/'.length), tensorOf(dtype, shape, values)];
    }),
  );
}

function bitsOf(state: ReadonlyMap<string, Tensor>): Record<string, Uint8Array> {
  return Object.fromEntries(
    [...state].map(([name, { data }]) => [name, new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()]),
  );
}

/** Takes one step of each phase in turn, `rounds` times: in one submission, or in one each. */
async function take(program: GpuProgram, phases: readonly string[], rounds: number, together: boolean): Promise<void> {
  if (!together) {
    for (let round = 0; round < rounds; round++) for (const phase of phases) await program.runner(phase).run();
    return;
  }
  const encoder = program.device.device.createCommandEncoder();
  for (let round = 0; round < rounds; round++) for (const phase of phases) program.runner(phase).encode(encoder);
  program.device.submit(encoder);
}

describeOnGpu('Steps in one submission', (device) => {
  async function expectSameBits(program: GpuProgram, phases: readonly string[]): Promise<void> {
    const before = bitsOf(await program.state());
    await take(program, phases, 3, false);
    const apart = { state: bitsOf(await program.state()), guard: await program.guard() };
    program.reset();
    expect(bitsOf(await program.state())).toEqual(before);
    await take(program, phases, 3, true);
    expect({ state: bitsOf(await program.state()), guard: await program.guard() }).toEqual(apart);
    expect(apart.guard).toEqual({ halted: false, completed: 3 * phases.length });
    expect(apart.state).not.toEqual(before);
    await program.dispose();
  }

  it.each(stepModels)('$name: give the bits of steps one by one', { timeout: 180_000 }, async (model) => {
    const phase = benchPhase(model);
    const program = await GpuProgram.open(device, [phase], { compile: { flatBelow: 0 } });
    program.feed(trainPhase, batchFor(phase), clock);
    await expectSameBits(program, [trainPhase]);
  });

  it('two phases over one state: give the bits of steps one by one', async () => {
    const given = drawnParameters(golden.adversaries.parameters);
    const program = await GpuProgram.open(device, players.map(adversary), { given, compile: { flatBelow: 0 } });
    for (const player of players) {
      const { batch, clock: time } = adversaryBatch(player, 0);
      program.feed(player, batch, time);
    }
    await expectSameBits(program, players);
  });

  it('change nothing from the step on whose loss is not finite', async () => {
    const phase = benchPhase(mlp);
    const program = await GpuProgram.open(device, [phase], { compile: { flatBelow: 0 } });
    const batch = batchFor(phase);
    program.feed(trainPhase, batch, clock);
    await take(program, [trainPhase], 2, true);
    const before = bitsOf(await program.state());
    const broken = {
      ...batch,
      x: tensorOf(
        'float32',
        batch.x!.shape,
        Array.from({ length: 24 }, (_, at) => (at === 7 ? NaN : 1)),
      ),
    };
    program.feed(trainPhase, broken, clock);
    await take(program, [trainPhase], 1, true);
    program.feed(trainPhase, batch, clock);
    await take(program, [trainPhase], 2, true);
    expect(bitsOf(await program.state())).toEqual(before);
    expect(await program.guard()).toEqual({ halted: true, completed: 2 });
    await program.dispose();
  });

  it('of our kernels agree with those of onnxruntime: LeNet', { timeout: 180_000 }, async () => {
    const phase = benchPhase(leNet);
    const states: ReadonlyMap<string, Tensor>[] = [];
    const heavy = new Set(['MatMul', 'Gemm', 'Conv', 'MaxPool', 'Relu']);
    for (const kernels of [{}, { forceSession: ({ type }: { type: string }) => heavy.has(type) }]) {
      const program = await GpuProgram.open(device, [phase], {
        kernels,
        compile: { flatBelow: 0 },
        segments: onnxruntimeSegments,
      });
      const sessions = program.runner(trainPhase).plan.commands.filter(({ kind }) => kind === 'session');
      expect(sessions.length > 0).toBe(states.length > 0);
      for (let step = 1; step <= 3; step++) await program.run(trainPhase, batchFor(phase), { ...clock, step });
      states.push(await program.state());
      await program.dispose();
    }
    for (const [name, tensor] of states[0]!)
      expect(largestError(states[1]!.get(name)!, tensor.data as Float32Array, 0.1), name).toBeLessThan(1e-4);
  });
});
