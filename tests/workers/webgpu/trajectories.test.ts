// Whole trainings on the GPU against PyTorch: losses before each step, and the state after the last.
import { expect, it } from 'vitest';
import { largestError } from '../../engine/training/runGraph.js';
import {
  golden,
  lossError,
  trainAdversaries,
  trainCritic,
  trainSupervised,
  type OpenHost,
} from '../../golden/trajectories/trainings.js';
import { GpuProgram } from './gpuProgram.js';
import { describeOnGpu } from './testDevice.js';

describeOnGpu('A training on the GPU takes the path that PyTorch takes', (device) => {
  const open: OpenHost = async (phases, given) => {
    const program = await GpuProgram.open(device, phases, { given });
    return {
      step: (phase, batch, clock) => program.run(phase, batch, clock),
      state: () => program.state(),
      dispose: () => program.dispose(),
    };
  };

  // An emulated GPU takes long for images and sequences.
  const short = new Set(['LeNet', 'Residual', 'LSTM']);

  it.each(golden.supervised)('$name', async (sample) => {
    const steps = short.has(sample.name.split(' ')[0]!) ? 6 : 20;
    const { losses, state } = await trainSupervised(sample, open, steps);
    expect(losses).toHaveLength(steps);
    expect(lossError(losses, sample.losses)).toBeLessThan(2e-4);
    if (steps < 20) return;
    for (const [name, expected] of Object.entries(sample.final))
      expect(largestError(state.get(name)!, expected, 0.1), name).toBeLessThan(4e-4);
  });

  it('two phases over one state: generator and discriminator', async () => {
    const found = await trainAdversaries(open);
    expect(lossError(found.discriminator, golden.adversaries.losses.discriminator)).toBeLessThan(2e-4);
    expect(lossError(found.generator, golden.adversaries.losses.generator)).toBeLessThan(2e-4);
  });

  it('a gradient inside the loss: gradient penalty', async () => {
    const found = await trainCritic(open);
    expect(lossError(found.losses, golden.gradientPenalty.losses)).toBeLessThan(2e-4);
    expect(lossError(found.penalties, golden.gradientPenalty.penalties)).toBeLessThan(2e-4);
  });
});
