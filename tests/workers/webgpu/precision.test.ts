// Float16 on the GPU: its kernels, its agreement with float32 where the adapter has shader-f16, and its refusal where not.
import { describe, expect, it } from 'vitest';
import { element } from '../../../engine/ir/tensor.js';
import { leastLimits } from '../../../engine/kernels/compileOptions.js';
import type { KernelCommand } from '../../../engine/kernels/kernelPlan.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { compileProgram } from '../../../engine/training/program.js';
import { trainPhase } from '../../../engine/training/supervised.js';
import { drawnParameters } from '../../golden/trajectories/drawn.js';
import { golden, supervisedBatch, supervisedPhase } from '../../golden/trajectories/trainings.js';
import { gpuDriver } from '../../../workers/webgpu/gpuDriver.js';
import type { DriverRequest } from '../../../workers/stepDriver.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { GpuProgram, planStep } from './gpuProgram.js';
import { describeOnGpu, openTestDevice } from './testDevice.js';

const target = { limits: leastLimits, features: { f16: true, subgroups: false }, software: false };

/** The kernels of a float16 step that touch float16 memory. */
function halfKernels(sample: (typeof golden.supervised)[number]): readonly KernelCommand[] {
  const program = compileProgram([supervisedPhase(sample, { precision: 'float16' })], { flatBelow: 0 });
  const [step] = program.steps;
  runPasses(step!.graph);
  const { commands, buffers } = planStep(program.entries, step!, target);
  expect(commands.filter(({ kind }) => kind === 'session')).toEqual([]);
  expect(buffers.some(({ storage, role }) => storage === 'f16' && role === 'scratch')).toBe(true);
  return commands.flatMap((command) =>
    command.kind === 'kernel' && command.code.includes('array<f16>') ? [command] : [],
  );
}

describe('the kernels of a float16 step', () => {
  it.each(golden.supervised.slice(0, 3))('$name: say that they use float16, and add up in float32', (sample) => {
    const kernels = halfKernels(sample);
    expect(kernels.length).toBeGreaterThan(2);
    for (const { code, label } of kernels) {
      expect(code.trimStart().startsWith('enable f16;'), label).toBe(true);
      expect(code.match(/(\w+) = \1 \+ .*h\b/g), label).toBeNull();
      for (const [, name] of code.matchAll(/var (\w+): f16 = /g))
        expect(new RegExp(`\\b${name} = ${name} [+]|\\b${name} [+]= `).test(code), `${label}: ${name}`).toBe(false);
    }
  });
});

describeOnGpu('Float16', (device) => {
  it.runIf(device.target.features.f16)('losses stay close to those of float32', async () => {
    const sample = golden.supervised[0]!;
    const losses: number[][] = [];
    for (const precision of ['float32', 'float16']) {
      const phase = supervisedPhase(sample, { precision });
      const given = drawnParameters(sample.parameters);
      const program = await GpuProgram.open(device, [phase], { given, compile: { flatBelow: 0 } });
      const found: number[] = [];
      for (let step = 0; step < 20; step++) {
        const clock = { step: step + 1, learningRate: sample.settings.learningRate, seed: 0 };
        const { loss } = await program.run(trainPhase, supervisedBatch(sample, step), clock);
        found.push(element(loss!, 0));
      }
      losses.push(found);
      await program.dispose();
    }
    const [whole, half] = losses as [number[], number[]];
    half.forEach((loss, step) => {
      expect(Math.abs(loss - whole[step]!)).toBeLessThan(0.05 * (0.1 + whole[step]!));
    });
  });

  it('is refused by name on an adapter without shader-f16', async () => {
    const without = await openTestDevice({ without: ['shader-f16'] });
    const make = gpuDriver({ device: () => Promise.resolve(without), backend: ortNative });
    const request = { data: { settings: { precision: 'float16' } } } as unknown as DriverRequest;
    await expect(make(request)).rejects.toThrow(
      /needs its feature shader-f16, which it lacks; use `--precision float32`/,
    );
  });
});
