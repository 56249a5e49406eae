// Training in float16: how close it stays to float32, and what happens when its numbers are not enough.
import { describe, expect, it } from 'vitest';
import { element, elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { readModelSpec } from '../../../engine/layers/modelSpec.js';
import { specModel } from '../../../engine/training/forwardModel.js';
import { firstScale, patience } from '../../../engine/training/mixedPrecision.js';
import { compileProgram } from '../../../engine/training/program.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';
import { supervisedPhases, trainPhase } from '../../../engine/training/supervised.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { drawnParameters } from '../../golden/trajectories/drawn.js';
import { adversary, golden, supervisedBatch, supervisedPhase } from '../../golden/trajectories/trainings.js';
import { openProgram } from './openProgram.js';

const mlp = golden.supervised[0]!;
const steps = 50;

/** The losses of 50 steps over 20 batches in turn. */
async function losses(sample: (typeof golden.supervised)[number], precision: string): Promise<number[]> {
  const phase = supervisedPhase(sample, { precision });
  const { runner, dispose } = await openProgram([phase], { given: drawnParameters(sample.parameters) });
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    const clock = { step: step + 1, learningRate: sample.settings.learningRate, seed: 0 };
    const { loss } = await runner(trainPhase).run(supervisedBatch(sample, step % 20), clock);
    runner(trainPhase).commit();
    found.push(element(loss!, 0));
  }
  await dispose();
  return found;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('training in float16 with float32 weights', () => {
  it.each(golden.supervised)('$name: losses stay close to those of float32 for 50 steps', async (sample) => {
    const [half, whole] = [await losses(sample, 'float16'), await losses(sample, 'float32')];
    expect(half.every(Number.isFinite)).toBe(true);
    // The first step differs by rounding alone.
    expect(Math.abs(half[0]! / whole[0]! - 1)).toBeLessThan(5e-3);
    expect(Math.abs(mean(half) - mean(whole))).toBeLessThan(0.03 * mean(whole));
    expect(half).not.toEqual(whole);
  });

  it('computes products on float16 and keeps state, results and the optimizer in float32', () => {
    const program = compileProgram([supervisedPhase(mlp, { precision: 'float16' })]);
    const { graph } = program.steps[0]!;
    runPasses(graph);
    for (const node of graph.nodes) {
      if (node.type === 'Gemm' || node.type === 'MatMul')
        expect(node.inputs.map((input) => input?.dtype)).not.toContain('float32');
      if (['ReduceSum', 'ReduceMean', 'Exp', 'Log', 'Sqrt', 'Div'].includes(node.type))
        expect(node.inputs[0]!.dtype).toBe('float32');
    }
    for (const value of [...graph.inputs, ...graph.outputs]) expect(value.dtype).not.toBe('float16');
    for (const { dtype } of program.entries) expect(dtype).toBe('float32');
  });

  it('each phase of a program has a scale of its own', () => {
    const players = (['discriminator', 'generator'] as const).map(adversary);
    const halves = players.map((phase) => ({
      ...phase,
      training: { ...phase.training!, precision: 'float16' as const },
    }));
    const names = compileProgram(halves).entries.map(({ name }) => name);
    expect(names).toContain('lossScale/discriminator/scale');
    expect(names).toContain('lossScale/generator/scale');
  });

  it('refuses phases that give gradients instead of a loss', () => {
    const phase = adversary('generator');
    const build: typeof phase.build = (scope) => {
      const { results, loss } = phase.build(scope);
      return { results, loss: loss!, gradients: new Map() };
    };
    expect(() => compileProgram([{ ...phase, build, training: { ...phase.training!, precision: 'float16' } }])).toThrow(
      /Phase 'generator': float16 needs a loss to scale/,
    );
  });
});

describe('loss scaling', () => {
  const spec = readModelSpec({
    version: 1,
    name: 'small',
    inputs: [{ id: 'x', shape: [3] }],
    layers: [
      { id: 'hidden', type: 'Dense', options: { units: 4 } },
      { id: 'norm', type: 'BatchNorm' },
      { id: 'out', type: 'Dense', options: { units: 2 } },
    ],
    outputs: ['out'],
  });

  /** Gradients overflow with it wherever they are computed: onnxruntime's CPU leaves roundings to float16 out at times. */
  const excessive = 2 ** 122;

  async function open(scale = firstScale, counted = 0) {
    const settings = trainSettingsSchema.parse({
      epochs: 1,
      batch: 4,
      learningRate: 0.01,
      optimizer: { type: 'adam' },
      loss: { type: 'meanSquaredError' },
      precision: 'float16',
      average: { decay: 0.9 },
    });
    const phases = supervisedPhases({
      model: specModel(spec),
      settings,
      inputs: { x: { dtype: 'float32', shape: [3] } },
      target: { dtype: 'float32', shape: [2] },
      evaluationBatch: 4,
    }).filter(({ name }) => name === trainPhase);
    const opened = await openProgram(phases);
    const set = (name: string, value: number) => opened.state.current(name).data.fill(value as never);
    set('lossScale/train/scale', scale);
    set('lossScale/train/steps', counted);
    let step = 0;
    return {
      ...opened,
      /** One step whose targets lie `gap` away; the state by name after it. */
      take: async (gap: number): Promise<Map<string, Tensor>> => {
        const batch = {
          x: tensorOf('float32', [4, 3], [1, 2, 3, -1, 0, 2, 0, 1, -2, 3, 1, 0]),
          target: tensorOf('float32', [4, 2], new Array<number>(8).fill(gap)),
          weights: tensorOf('float32', [4], [1, 1, 1, 1]),
        };
        const clock = { step: ++step, learningRate: 0.01, seed: 0, scalars: { averageRate: 0.1 } };
        const { loss } = await opened.runner(trainPhase).run(batch, clock);
        expect(Number.isFinite(element(loss!, 0))).toBe(true);
        opened.runner(trainPhase).commit();
        return opened.state.snapshot();
      },
    };
  }

  it('leaves the state as it was and halves the scale where gradients overflow', async () => {
    const { take, state, dispose } = await open(excessive, 7);
    const before = state.snapshot();
    const after = await take(1e4);
    for (const [name, tensor] of after)
      if (!name.startsWith('lossScale/')) expect(elements(tensor), name).toEqual(elements(before.get(name)!));
    expect(element(after.get('lossScale/train/scale')!, 0)).toBe(excessive / 2);
    expect(element(after.get('lossScale/train/steps')!, 0)).toBe(0);
    await dispose();
  });

  it('goes on with a scale that fits', async () => {
    const { take, state, dispose } = await open();
    const before = state.snapshot();
    let after = before;
    for (let step = 0; step < 12; step++) after = await take(100);
    const scale = element(after.get('lossScale/train/scale')!, 0);
    expect(scale).toBeLessThan(firstScale);
    expect(Math.log2(scale) % 1).toBe(0);
    for (const [name, tensor] of before)
      if (!name.startsWith('lossScale')) expect(elements(after.get(name)!), name).not.toEqual(elements(tensor));
    await dispose();
  });

  it('doubles the scale after enough good steps, and gradients do not depend on it', async () => {
    const [doubled, constant] = [await open(256, patience - 1), await open(512)];
    const [first, second] = [await doubled.take(1), await constant.take(1)];
    expect(element(first.get('lossScale/train/scale')!, 0)).toBe(512);
    expect(element(first.get('lossScale/train/steps')!, 0)).toBe(0);
    expect(element(second.get('lossScale/train/scale')!, 0)).toBe(512);
    expect(element(second.get('lossScale/train/steps')!, 0)).toBe(1);
    expect(elements(first.get('hidden.weight')!)).toEqual(elements(second.get('hidden.weight')!));
    await doubled.dispose();
    await constant.dispose();
  });
});
