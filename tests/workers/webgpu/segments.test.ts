// Steps that onnxruntime computes: a replay of the recording gives the bits of an ordinary run, step after step.
import { expect, it } from 'vitest';
import type { Graph } from '../../../engine/ir/graph.js';
import { isFloat } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import type { KernelPlan, PlanPort } from '../../../engine/kernels/kernelPlan.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { integers, uniforms } from '../../../engine/random/fields.js';
import { compileProgram } from '../../../engine/training/program.js';
import { adversary, players } from '../../golden/trajectories/trainings.js';
import { benchPhase } from '../../../workers/benchTask.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { onnxruntimeSegments } from '../../../workers/webgpu/ortSegments/ortSegment.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { uploadTensor } from '../../../workers/webgpu/upload.js';
import { stepModels } from './stepModels.js';
import { describeOnGpu } from './testDevice.js';
import { wholeSession } from './wholeSession.js';

/** Other numbers for every step: floats between 0 and 1 (variances must not be negative), small indices. */
function feedsOf(ports: readonly PlanPort[], step: number): Map<PlanPort, Tensor> {
  return new Map(
    ports.map((port) => {
      const key = { seed: 7, purpose: port.name, step };
      const count = sizeOf(port.shape);
      const values = isFloat(port.dtype) ? uniforms(key, count) : integers(key, count, 0, 2);
      return [port, tensorOf(port.dtype, port.shape, values)];
    }),
  );
}

type Bits = Readonly<Record<string, Uint8Array>>;

async function bitsOf(readback: Readback, runner: PlanRunner): Promise<Bits> {
  const tensors = await readback.read(runner.plan.outputs.map((port) => runner.stored(port)));
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [
      name,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
    ]),
  );
}

/** Runs each step ordinarily and replayed, in changing order. */
async function agrees(device: OpenDevice, plan: KernelPlan, steps = 2): Promise<PlanRunner> {
  const runner = await PlanRunner.open(device, plan, { segments: onnxruntimeSegments });
  expect(runner.notes).toEqual([]);
  const readback = new Readback(device);
  for (let step = 0; step < steps; step++) {
    const bits: Partial<Record<'replay' | 'ordinary', Bits>> = {};
    for (const how of step % 2 ? (['ordinary', 'replay'] as const) : (['replay', 'ordinary'] as const)) {
      for (const [port, tensor] of feedsOf(plan.inputs, step))
        uploadTensor(device, runner.buffers[port.buffer]!, tensor, { offset: port.offset });
      await runner.run(how);
      bits[how] = await bitsOf(readback, runner);
    }
    expect(bits.replay).toEqual(bits.ordinary);
  }
  readback.dispose();
  return runner;
}

function graphsOf(phases: Parameters<typeof compileProgram>[0]): Graph[] {
  return compileProgram(phases).steps.map(({ graph }) => {
    runPasses(graph);
    return graph;
  });
}

describeOnGpu('A recorded step of onnxruntime', (device) => {
  it.each(stepModels)('$name: is replayed bit for bit', { timeout: 180_000 }, async (model) => {
    const [graph] = graphsOf([benchPhase(model)]);
    const runner = await agrees(device, wholeSession(graph!));
    await runner.dispose();
    expect(device.memory.bytesInUse).toBe(0);
  });

  it('two phases over one state: is replayed bit for bit', { timeout: 180_000 }, async () => {
    for (const graph of graphsOf(players.map(adversary))) await (await agrees(device, wholeSession(graph))).dispose();
  });

  it('among kernels of ours: is replayed bit for bit', { timeout: 180_000 }, async () => {
    const [graph] = graphsOf([benchPhase(stepModels[1]!)]);
    const forced = new Set(['Conv', 'MaxPool', 'MatMul']);
    const plan = compileKernels(graph!, {
      target: device.target,
      forceSession: ({ type }) => forced.has(type),
    });
    const kinds = new Set(plan.commands.map(({ kind }) => kind));
    expect([kinds.has('session'), kinds.has('kernel')]).toEqual([true, true]);
    await (await agrees(device, plan)).dispose();
  });
});
