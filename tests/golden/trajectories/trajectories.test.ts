// Whole trainings against PyTorch: the loss before each of 20 steps, and some tensors after the last.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import type { Value } from '../../../engine/ir/graph.js';
import { element, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { lowerModel } from '../../../engine/layers/lowerModel.js';
import { readModelSpec, type ModelSpecSource } from '../../../engine/layers/modelSpec.js';
import { lossOf } from '../../../engine/training/losses/index.js';
import type { PhaseDeclaration, PhaseScope } from '../../../engine/training/phase.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';
import { specModel } from '../../../engine/training/forwardModel.js';
import { supervisedPhases, trainPhase } from '../../../engine/training/supervised.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { ortWasm } from '../../../workers/backends/ortWasm.node.js';
import { largestError } from '../../engine/training/runGraph.js';
import { openProgram } from '../../engine/training/openProgram.js';
import { drawnBatch, drawnParameters, type Recipe } from './drawn.js';

interface Drawn {
  readonly kind: 'float' | number;
  readonly shape: readonly number[];
}

interface Supervised {
  readonly name: string;
  readonly spec: unknown;
  readonly settings: { readonly batch: number; readonly learningRate: number };
  readonly x: Drawn;
  readonly target: Drawn;
  readonly parameters: readonly Recipe[];
  readonly losses: readonly number[];
  readonly final: Readonly<Record<string, readonly number[]>>;
}

interface Golden {
  readonly supervised: readonly Supervised[];
  readonly adversaries: {
    readonly parameters: readonly Recipe[];
    readonly losses: Readonly<Record<'discriminator' | 'generator', readonly number[]>>;
  };
  readonly gradientPenalty: {
    readonly parameters: readonly Recipe[];
    readonly losses: readonly number[];
    readonly penalties: readonly number[];
  };
}

const golden = JSON.parse(readFileSync(new URL('trajectories.json', import.meta.url), 'utf8')) as Golden;

/** Losses are compared relatively; a loss near 0 would need none of the tolerance below 0.01. */
const lossError = (found: readonly number[], expected: readonly number[]): number => {
  const errors = expected.map((value, index) => Math.abs(found[index]! - value) / Math.max(Math.abs(value), 1e-2));
  return found.length === expected.length ? Math.max(...errors) : Infinity;
};

async function train(sample: Supervised, backend: Backend): Promise<{ losses: number[]; state: Map<string, Tensor> }> {
  const settings = trainSettingsSchema.parse(sample.settings);
  const exampleType = ({ kind, shape }: Drawn) => ({ dtype: kind === 'float' ? 'float32' : 'int32', shape }) as const;
  const phases = supervisedPhases({
    model: specModel(readModelSpec(sample.spec)),
    settings,
    inputs: { x: exampleType(sample.x) },
    target: exampleType(sample.target),
    evaluationBatch: 4,
  }).filter(({ name }) => name === trainPhase);
  const { runner, state, dispose } = await openProgram(phases, { backend, given: drawnParameters(sample.parameters) });
  const losses: number[] = [];
  const { batch, learningRate } = settings;
  const weights = tensorOf('float32', [batch], new Array<number>(batch).fill(1));
  for (let step = 0; step < sample.losses.length; step++) {
    const x = drawnBatch(sample.x.kind, [batch, ...sample.x.shape], 1000 + 2 * step);
    const target = drawnBatch(sample.target.kind, [batch, ...sample.target.shape], 1001 + 2 * step);
    const { loss } = await runner(trainPhase).run({ x, target, weights }, { step: step + 1, learningRate, seed: 0 });
    runner(trainPhase).commit();
    losses.push(element(loss!, 0));
  }
  await dispose();
  return { losses, state: state.snapshot() };
}

describe('A supervised training takes the path that PyTorch takes', () => {
  it.each(golden.supervised)('$name', async (sample) => {
    const { losses, state } = await train(sample, ortNative);
    expect(lossError(losses, sample.losses)).toBeLessThan(1e-4);
    expect(Object.keys(sample.final).length).toBeGreaterThan(0);
    for (const [name, expected] of Object.entries(sample.final))
      expect(largestError(state.get(name)!, expected, 0.1), name).toBeLessThan(2e-4);
  });

  it('on WebAssembly too: MLP', async () => {
    const sample = golden.supervised[0]!;
    const { losses } = await train(sample, ortWasm);
    expect(lossError(losses, sample.losses)).toBeLessThan(1e-4);
  });
});

/** A model whose layers lie under `prefix`, so that their tensors are named `<prefix>.<layer>.…`. */
function network(
  scope: PhaseScope,
  prefix: string,
  features: number,
  layers: ModelSpecSource['layers'],
): (x: Value) => Value {
  const spec = readModelSpec({
    version: 1,
    name: prefix,
    inputs: [{ id: 'x', shape: [features] }],
    layers,
    outputs: [layers.at(-1)!.id],
  });
  const host: PhaseScope = Object.assign(Object.create(scope) as PhaseScope, {
    parameter: (name: string, declaration: Parameters<PhaseScope['parameter']>[1]) =>
      scope.parameter(`${prefix}.${name}`, declaration),
  });
  return (x) => lowerModel(spec, host, new Map([['x', x]])).outputs[0]!;
}

const dense = (id: string, units: number, activation = 'none') => ({
  id,
  type: 'Dense',
  options: { units, activation },
});

const momentum = { type: 'sgd', options: { momentum: 0.9 } };

describe('Programs of another shape take the path that PyTorch takes', () => {
  const examples = 16;
  const generatorLayers = [dense('hidden', 12, 'tanh'), dense('out', 2)];
  const discriminatorLayers = [dense('hidden', 12, 'leakyRelu'), dense('out', 1)];

  /** Mean binary cross-entropy of logits against one label for all. */
  function judged({ emit }: PhaseScope, prediction: Value, label: number): Value {
    const target = emit.full([examples, 1], label);
    const { loss } = lossOf('binaryCrossEntropy').perExample({ emit, prediction, target, options: {} });
    return emit.reduceMean(loss);
  }

  function adversary(name: 'discriminator' | 'generator'): PhaseDeclaration {
    return {
      name,
      build(scope) {
        const generator = network(scope, 'generator', 4, generatorLayers);
        const discriminator = network(scope, 'discriminator', 2, discriminatorLayers);
        const fake = discriminator(generator(scope.batch('noise', 'float32', [examples, 4])));
        if (name === 'generator') {
          const loss = judged(scope, fake, 1);
          return { loss, results: { loss } };
        }
        const real = discriminator(scope.batch('real', 'float32', [examples, 2]));
        const loss = scope.emit.add(judged(scope, real, 1), judged(scope, fake, 0));
        return { loss, results: { loss } };
      },
      training: {
        trains: (parameter) => parameter.startsWith(`${name}.`),
        optimizer: { type: 'adam', options: { beta1: 0.5 } },
      },
    };
  }

  it('two phases over one state: generator and discriminator', async () => {
    const { parameters, losses } = golden.adversaries;
    const phases = [adversary('discriminator'), adversary('generator')];
    const { runner, dispose } = await openProgram(phases, { given: drawnParameters(parameters) });
    const found: Record<'discriminator' | 'generator', number[]> = { discriminator: [], generator: [] };
    for (let step = 0; step < 20; step++) {
      const uniform = drawnBatch('float', [examples, 2], 1000 + 3 * step);
      const real = tensorOf(
        'float32',
        uniform.shape,
        Array.from(uniform.data as Float32Array, (value) => value * 0.5 + 1),
      );
      for (const [phase, salt, learningRate] of [
        ['discriminator', 1001, 0.02],
        ['generator', 1002, 0.01],
      ] as const) {
        const noise = drawnBatch('float', [examples, 4], salt + 3 * step);
        const { loss } = await runner(phase).run({ noise, real }, { step: step + 1, learningRate, seed: 0 });
        runner(phase).commit();
        found[phase].push(element(loss!, 0));
      }
    }
    await dispose();
    expect(lossError(found.discriminator, losses.discriminator)).toBeLessThan(1e-4);
    expect(lossError(found.generator, losses.generator)).toBeLessThan(1e-4);
  });

  it('a gradient inside the loss: gradient penalty', async () => {
    const count = 12;
    const layers = [dense('hidden1', 16, 'softplus'), dense('hidden2', 16, 'tanh'), dense('out', 1)];
    const phase: PhaseDeclaration = {
      name: 'critic',
      build(scope) {
        const { emit } = scope;
        const critic = network(scope, 'critic', 3, layers);
        const real = emit.add(emit.mul(scope.batch('real', 'float32', [count, 3]), 0.5), 0.5);
        const fake = scope.batch('fake', 'float32', [count, 3]);
        const between = emit.mul(emit.add(real, fake), 0.5);
        const [slope] = differentiate(emit, [{ value: critic(between) }], [between]);
        const length = emit.sqrt(emit.reduceSum(emit.square(slope!), [1]));
        const penalty = emit.reduceMean(emit.square(emit.sub(length, 1)));
        const gap = emit.sub(emit.reduceMean(critic(fake)), emit.reduceMean(critic(real)));
        const loss = emit.add(gap, emit.mul(penalty, 10));
        return { loss, results: { loss, penalty } };
      },
      training: { trains: () => true, optimizer: momentum },
    };
    const { parameters, losses, penalties } = golden.gradientPenalty;
    const { runner, dispose } = await openProgram([phase], { given: drawnParameters(parameters) });
    const found = { losses: [] as number[], penalties: [] as number[] };
    for (let step = 0; step < 20; step++) {
      const real = drawnBatch('float', [count, 3], 1000 + 2 * step);
      const fake = drawnBatch('float', [count, 3], 1001 + 2 * step);
      const { loss, penalty } = await runner('critic').run(
        { real, fake },
        { step: step + 1, learningRate: 0.02, seed: 0 },
      );
      runner('critic').commit();
      found.losses.push(element(loss!, 0));
      found.penalties.push(element(penalty!, 0));
    }
    await dispose();
    expect(lossError(found.losses, losses)).toBeLessThan(1e-4);
    expect(lossError(found.penalties, penalties)).toBeLessThan(1e-4);
  });
});
