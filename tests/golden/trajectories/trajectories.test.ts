// Whole trainings against PyTorch: the loss before each of 20 steps, and some tensors after the last.
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { ortWasm } from '../../../workers/backends/ortWasm.node.js';
import { largestError } from '../../engine/training/runGraph.js';
import { openProgram } from '../../engine/training/openProgram.js';
import { golden, lossError, trainAdversaries, trainCritic, trainSupervised, type OpenHost } from './trainings.js';

const hostOn =
  (backend: Backend): OpenHost =>
  async (phases, given) => {
    const { runner, state, dispose } = await openProgram(phases, { backend, given });
    return {
      async step(phase, batch, clock) {
        const results = await runner(phase).run(batch, clock);
        runner(phase).commit();
        return results;
      },
      state: () => Promise.resolve(state.snapshot()),
      dispose,
    };
  };

describe('A supervised training takes the path that PyTorch takes', () => {
  it.each(golden.supervised)('$name', async (sample) => {
    const { losses, state } = await trainSupervised(sample, hostOn(ortNative));
    expect(losses).toHaveLength(20);
    expect(lossError(losses, sample.losses)).toBeLessThan(1e-4);
    expect(Object.keys(sample.final).length).toBeGreaterThan(0);
    for (const [name, expected] of Object.entries(sample.final))
      expect(largestError(state.get(name)!, expected, 0.1), name).toBeLessThan(2e-4);
  });

  it('on WebAssembly too: MLP', async () => {
    const sample = golden.supervised[0]!;
    const { losses } = await trainSupervised(sample, hostOn(ortWasm));
    expect(lossError(losses, sample.losses)).toBeLessThan(1e-4);
  });
});

describe('Programs of another shape take the path that PyTorch takes', () => {
  it('two phases over one state: generator and discriminator', async () => {
    const found = await trainAdversaries(hostOn(ortNative));
    expect(lossError(found.discriminator, golden.adversaries.losses.discriminator)).toBeLessThan(1e-4);
    expect(lossError(found.generator, golden.adversaries.losses.generator)).toBeLessThan(1e-4);
  });

  it('a gradient inside the loss: gradient penalty', async () => {
    const found = await trainCritic(hostOn(ortNative));
    expect(lossError(found.losses, golden.gradientPenalty.losses)).toBeLessThan(1e-4);
    expect(lossError(found.penalties, golden.gradientPenalty.penalties)).toBeLessThan(1e-4);
  });
});
