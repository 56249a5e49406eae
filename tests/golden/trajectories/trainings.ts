// The trainings of trajectories.json on any host that runs programs: the losses before each step, and the state after the last.
import { readFileSync } from 'node:fs';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import type { Value } from '../../../engine/ir/graph.js';
import { element, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { lowerModel } from '../../../engine/layers/lowerModel.js';
import { readModelSpec, type ModelSpecSource } from '../../../engine/layers/modelSpec.js';
import { specModel } from '../../../engine/training/forwardModel.js';
import { lossOf } from '../../../engine/training/losses/index.js';
import type { PhaseDeclaration, PhaseScope } from '../../../engine/training/phase.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';
import type { StepClock } from '../../../engine/training/stepScalars.js';
import { supervisedPhases, trainPhase } from '../../../engine/training/supervised.js';
import { drawnBatch, drawnParameters, type Recipe } from './drawn.js';

interface Drawn {
  readonly kind: 'float' | number;
  readonly shape: readonly number[];
}

export interface Supervised {
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

export const golden = JSON.parse(readFileSync(new URL('trajectories.json', import.meta.url), 'utf8')) as Golden;

/** Losses are compared relatively; a loss near 0 would need none of the tolerance below 0.01. */
export function lossError(found: readonly number[], expected: readonly number[]): number {
  const errors = found.map(
    (value, index) => Math.abs(value - expected[index]!) / Math.max(Math.abs(expected[index]!), 1e-2),
  );
  return found.length > 0 && found.length <= expected.length && errors.every(Number.isFinite)
    ? Math.max(...errors)
    : Infinity;
}

type Batch = Readonly<Record<string, Tensor>>;

/** What takes the steps of a program. */
export interface Host {
  /** One step that counts: its results by name. */
  step(phase: string, batch: Batch, clock: StepClock): Promise<Record<string, Tensor>>;
  state(): Promise<ReadonlyMap<string, Tensor>>;
  dispose(): Promise<void>;
}

export type OpenHost = (phases: readonly PhaseDeclaration[], given: ReadonlyMap<string, Tensor>) => Promise<Host>;

/** The training phase of a supervised sample. */
export function supervisedPhase(sample: Supervised, more: object = {}): PhaseDeclaration {
  const exampleType = ({ kind, shape }: Drawn) => ({ dtype: kind === 'float' ? 'float32' : 'int32', shape }) as const;
  return supervisedPhases({
    model: specModel(readModelSpec(sample.spec)),
    settings: trainSettingsSchema.parse({ ...sample.settings, ...more }),
    inputs: { x: exampleType(sample.x) },
    target: exampleType(sample.target),
    evaluationBatch: 4,
  }).find(({ name }) => name === trainPhase)!;
}

/** The batch of step number `step`, from 0. */
export function supervisedBatch({ settings: { batch }, x, target }: Supervised, step: number): Batch {
  return {
    x: drawnBatch(x.kind, [batch, ...x.shape], 1000 + 2 * step),
    target: drawnBatch(target.kind, [batch, ...target.shape], 1001 + 2 * step),
    weights: tensorOf('float32', [batch], new Array<number>(batch).fill(1)),
  };
}

export async function trainSupervised(
  sample: Supervised,
  open: OpenHost,
  steps = sample.losses.length,
): Promise<{ losses: number[]; state: ReadonlyMap<string, Tensor> }> {
  const host = await open([supervisedPhase(sample)], drawnParameters(sample.parameters));
  const { learningRate } = sample.settings;
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const clock = { step: step + 1, learningRate, seed: 0 };
    const { loss } = await host.step(trainPhase, supervisedBatch(sample, step), clock);
    losses.push(element(loss!, 0));
  }
  const state = await host.state();
  await host.dispose();
  return { losses, state };
}

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

const examples = 16;
const generatorLayers = [dense('hidden', 12, 'tanh'), dense('out', 2)];
const discriminatorLayers = [dense('hidden', 12, 'leakyRelu'), dense('out', 1)];

/** Mean binary cross-entropy of logits against one label for all. */
function judged({ emit }: PhaseScope, prediction: Value, label: number): Value {
  const target = emit.full([examples, 1], label);
  const { loss } = lossOf('binaryCrossEntropy').perExample({ emit, prediction, target, options: {} });
  return emit.reduceMean(loss);
}

export type Player = 'discriminator' | 'generator';

export function adversary(name: Player): PhaseDeclaration {
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

/** What each player is fed at step number `step`, from 0. */
export function adversaryBatch(player: Player, step: number): { readonly batch: Batch; readonly clock: StepClock } {
  const uniform = drawnBatch('float', [examples, 2], 1000 + 3 * step);
  const shifted = Array.from(uniform.data as Float32Array, (value) => value * 0.5 + 1);
  const first = player === 'discriminator';
  return {
    batch: {
      real: tensorOf('float32', uniform.shape, shifted),
      noise: drawnBatch('float', [examples, 4], (first ? 1001 : 1002) + 3 * step),
    },
    clock: { step: step + 1, learningRate: first ? 0.02 : 0.01, seed: 0 },
  };
}

export const players = ['discriminator', 'generator'] as const;

export async function trainAdversaries(open: OpenHost, steps = 20): Promise<Record<Player, number[]>> {
  const host = await open(players.map(adversary), drawnParameters(golden.adversaries.parameters));
  const found: Record<Player, number[]> = { discriminator: [], generator: [] };
  for (let step = 0; step < steps; step++)
    for (const player of players) {
      const { batch, clock } = adversaryBatch(player, step);
      const { loss } = await host.step(player, batch, clock);
      found[player].push(element(loss!, 0));
    }
  await host.dispose();
  return found;
}

const criticCount = 12;

export const critic: PhaseDeclaration = {
  name: 'critic',
  build(scope) {
    const { emit } = scope;
    const layers = [dense('hidden1', 16, 'softplus'), dense('hidden2', 16, 'tanh'), dense('out', 1)];
    const judge = network(scope, 'critic', 3, layers);
    const real = emit.add(emit.mul(scope.batch('real', 'float32', [criticCount, 3]), 0.5), 0.5);
    const fake = scope.batch('fake', 'float32', [criticCount, 3]);
    const between = emit.mul(emit.add(real, fake), 0.5);
    const [slope] = differentiate(emit, [{ value: judge(between) }], [between]);
    const length = emit.sqrt(emit.reduceSum(emit.square(slope!), [1]));
    const penalty = emit.reduceMean(emit.square(emit.sub(length, 1)));
    const gap = emit.sub(emit.reduceMean(judge(fake)), emit.reduceMean(judge(real)));
    const loss = emit.add(gap, emit.mul(penalty, 10));
    return { loss, results: { loss, penalty } };
  },
  training: { trains: () => true, optimizer: { type: 'sgd', options: { momentum: 0.9 } } },
};

export async function trainCritic(open: OpenHost, steps = 20): Promise<{ losses: number[]; penalties: number[] }> {
  const host = await open([critic], drawnParameters(golden.gradientPenalty.parameters));
  const found = { losses: [] as number[], penalties: [] as number[] };
  for (let step = 0; step < steps; step++) {
    const batch = {
      real: drawnBatch('float', [criticCount, 3], 1000 + 2 * step),
      fake: drawnBatch('float', [criticCount, 3], 1001 + 2 * step),
    };
    const { loss, penalty } = await host.step('critic', batch, { step: step + 1, learningRate: 0.02, seed: 0 });
    found.losses.push(element(loss!, 0));
    found.penalties.push(element(penalty!, 0));
  }
  await host.dispose();
  return found;
}
