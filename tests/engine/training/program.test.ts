// Programs: what a compiled phase does to the shared state, and what it leaves alone.
import { describe, expect, it } from 'vitest';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { readModelSpec } from '../../../engine/layers/modelSpec.js';
import { normals } from '../../../engine/random/fields.js';
import { specModel } from '../../../engine/training/forwardModel.js';
import type { PhaseDeclaration, PhaseTraining } from '../../../engine/training/phase.js';
import { compileProgram } from '../../../engine/training/program.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';
import { supervisedPhases, trainPhase } from '../../../engine/training/supervised.js';
import { lowerModel } from '../../../engine/layers/lowerModel.js';
import { largestError } from './runGraph.js';
import { openProgram } from './openProgram.js';

const examples = 8;
const spec = readModelSpec({
  version: 1,
  name: 'small',
  inputs: [{ id: 'x', shape: [5] }],
  layers: [
    { id: 'first', type: 'Dense', options: { units: 7, activation: 'tanh' } },
    { id: 'second', type: 'Dense', options: { units: 6, activation: 'tanh' } },
    { id: 'out', type: 'Dense', options: { units: 3 } },
  ],
  outputs: ['out'],
});
const names = ['first', 'second', 'out'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);

const field = (purpose: string, shape: readonly number[], step = 0): Tensor =>
  tensorOf(
    'float32',
    shape,
    normals(
      { seed: 5, purpose, step },
      shape.reduce((product, dim) => product * dim, 1),
    ),
  );
const batchAt = (step: number): Record<string, Tensor> => ({
  x: field('x', [examples, 5], step),
  y: field('y', [examples, 3], step),
});

/** Descends the mean squared error of the small model. */
function regression(training: Partial<PhaseTraining> = {}, name = 'train'): PhaseDeclaration {
  return {
    name,
    build(scope) {
      const { emit } = scope;
      const x = scope.batch('x', 'float32', [examples, 5]);
      const [prediction] = lowerModel(spec, scope, new Map([['x', x]])).outputs;
      const loss = emit.reduceMean(emit.square(emit.sub(prediction!, scope.batch('y', 'float32', [examples, 3]))));
      return { loss, results: { loss } };
    },
    training: { trains: () => true, optimizer: { type: 'sgd', options: {} }, ...training },
  };
}

type State = Map<string, Tensor>;
interface Trained {
  readonly states: readonly State[];
  readonly first: State;
  readonly last: State;
}

/** The state before the first step and after each. */
async function trained(phase: PhaseDeclaration, steps = 1, learningRate = 0.1, flatBelow?: number): Promise<Trained> {
  const { runner, state, dispose } = await openProgram([phase], {
    seed: 3,
    compile: flatBelow === undefined ? {} : { flatBelow },
  });
  const states = [state.snapshot()];
  for (let step = 1; step <= steps; step++) {
    const clock = { step, learningRate, seed: 3, scalars: { averageRate: 0.25 } };
    await runner(phase.name).run(batchAt(step), clock);
    runner(phase.name).commit();
    states.push(state.snapshot());
  }
  await dispose();
  return { states, first: states[0]!, last: states.at(-1)! };
}

const valuesOf = (state: State, name: string): Float32Array => state.get(name)!.data as Float32Array;
const change = ({ first, last }: Trained, name: string): number[] =>
  Array.from(valuesOf(last, name), (value, index) => value - valuesOf(first, name)[index]!);
const lengthOf = (values: readonly number[]): number => Math.hypot(...values);

describe('The layout of the state', () => {
  it.each([
    { type: 'adam', options: { weightDecay: 0.01 } },
    { type: 'sgd', options: { momentum: 0.9, nesterov: true } },
    { type: 'lion', options: {} },
  ])('gives the same training, flat or apart: $type', async (optimizer) => {
    const clip = { by: 'norm', limit: 0.5 } as const;
    const phase = regression({ optimizer, clip, average: { decay: 0.9 } });
    const flat = await trained(phase, 10, 0.02);
    const apart = await trained(phase, 10, 0.02, 0);
    expect([...flat.last.keys()].sort()).toEqual([...apart.last.keys()].sort());
    for (const [name, tensor] of flat.last)
      expect(largestError(tensor, valuesOf(apart.last, name), 1e-2), name).toBeLessThan(1e-4);
  });

  it('has fewer nodes flat than apart', () => {
    const phase = regression({ optimizer: { type: 'adam', options: {} } });
    const nodes = (flatBelow?: number): number =>
      compileProgram([phase], flatBelow === undefined ? {} : { flatBelow }).steps[0]!.graph.nodes.length;
    expect(nodes()).toBeLessThan(nodes(0));
  });

  it('does not matter to a checkpoint: tensors are saved by name', () => {
    const phase = regression({ optimizer: { type: 'adam', options: {} } });
    const flat = compileProgram([phase]).initialState(1);
    const apart = compileProgram([phase], { flatBelow: 0 }).initialState(2);
    expect(flat.entries.length).toBeLessThan(apart.entries.length);
    apart.load(flat.snapshot());
    expect(apart.snapshot()).toEqual(flat.snapshot());
  });

  it('keeps tensors in their own shape where the optimizer needs it', () => {
    const { entries } = compileProgram([regression({ optimizer: { type: 'lamb', options: {} } })]);
    expect(
      entries
        .filter(({ role }) => role === 'parameter')
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
  });
});

describe('Frozen parameters', () => {
  const unfrozen = regression();
  const frozen = regression({ trains: (name) => !name.startsWith('first.') });
  const gradientNodes = (phase: PhaseDeclaration, layer: string): string[] =>
    compileProgram([phase])
      .steps[0]!.graph.nodes.map(({ name }) => name)
      .filter((name) => name.includes(`${layer}/`) && name.includes('_grad'));

  it('have no gradient nodes, and no slots', () => {
    expect(gradientNodes(unfrozen, 'first')).not.toEqual([]);
    expect(gradientNodes(frozen, 'first')).toEqual([]);
    const momentum = { type: 'sgd', options: { momentum: 0.9 } };
    const { entries } = compileProgram([{ ...frozen, training: { ...frozen.training!, optimizer: momentum } }]);
    const slots = entries.filter(({ role }) => role === 'slot').flatMap(({ fields }) => fields.map(({ name }) => name));
    expect(slots.filter((name) => name.includes('first'))).toEqual([]);
    expect(slots.filter((name) => name.includes('out'))).not.toEqual([]);
  });

  it('stay as they are, while the others learn', async () => {
    const run = await trained(frozen, 3);
    for (const name of names)
      if (name.startsWith('first.')) expect(lengthOf(change(run, name))).toBe(0);
      else expect(lengthOf(change(run, name))).toBeGreaterThan(0);
  });

  it('frozen layers and patterns of the settings are both left alone', () => {
    const phases = (freeze: readonly string[], layer: object) =>
      supervisedPhases({
        model: specModel(
          readModelSpec({ ...spec, layers: [{ ...spec.layers[0], ...layer }, ...spec.layers.slice(1)] }),
        ),
        settings: trainSettingsSchema.parse({
          epochs: 1,
          batch: 4,
          optimizer: { type: 'sgd' },
          learningRate: 0.1,
          loss: { type: 'meanSquaredError' },
          freeze,
        }),
        inputs: { x: { dtype: 'float32', shape: [5] } },
        target: { dtype: 'float32', shape: [3] },
        evaluationBatch: 4,
      });
    const written = (declared: readonly PhaseDeclaration[]): string[] => {
      const { steps, entries } = compileProgram(declared);
      const writes = steps.find(({ name }) => name === trainPhase)!.writes.map(({ entry }) => entry);
      return entries
        .filter(({ name }) => writes.includes(name))
        .flatMap(({ fields }) => fields.map(({ name }) => name));
    };
    expect(written(phases([], {})).sort()).toEqual([...names].sort());
    for (const left of [written(phases(['first.*'], {})), written(phases([], { frozen: true }))])
      expect(left.sort()).toEqual(names.filter((name) => !name.startsWith('first.')).sort());
    expect(written(phases(['*.bias'], {})).every((name) => name.endsWith('.weight'))).toBe(true);
  });
});

describe('Parameter groups', () => {
  it('move by their factor of the learning rate', async () => {
    const plain = await trained(regression());
    const scaled = await trained(regression({ rateFactor: (name) => (name.startsWith('out.') ? 0.25 : 2) }));
    for (const name of names) {
      const factor = name.startsWith('out.') ? 0.25 : 2;
      const expected = change(plain, name).map((value) => value * factor);
      expect(largestError(change(scaled, name), expected, 1e-3), name).toBeLessThan(1e-3);
    }
  });

  it.each(['coupled', 'decoupled'])('decay only where the layer says so: %s', async (decay) => {
    const optimizer = (weightDecay: number) => ({ type: 'sgd', options: { weightDecay, decay } });
    const plain = await trained(regression({ optimizer: optimizer(0) }));
    const decayed = await trained(regression({ optimizer: optimizer(0.5) }));
    for (const name of names) {
      const share = name.endsWith('.weight') ? 0.1 * 0.5 : 0;
      const before = valuesOf(plain.first, name);
      const expected = change(plain, name).map((value, index) => value - share * before[index]!);
      expect(largestError(change(decayed, name), expected, 1e-2), name).toBeLessThan(1e-4);
    }
  });

  it('are clipped together by norm, and element by element by value', async () => {
    const all = (run: Trained): number[] => names.flatMap((name) => change(run, name));
    const free = all(await trained(regression(), 1, 1));
    expect(lengthOf(free)).toBeGreaterThan(0.05);
    const byNorm = all(await trained(regression({ clip: { by: 'norm', limit: 0.05 } }), 1, 1));
    const scale = 0.05 / lengthOf(free);
    expect(
      largestError(
        byNorm,
        free.map((value) => value * scale),
        1e-2,
      ),
    ).toBeLessThan(1e-3);
    const byValue = all(await trained(regression({ clip: { by: 'value', limit: 0.01 } }), 1, 1));
    const cut = free.map((value) => Math.max(-0.01, Math.min(0.01, value)));
    expect(largestError(byValue, cut, 1e-2)).toBeLessThan(1e-3);
  });
});

describe('The moving average', () => {
  it('starts at the parameters and follows them at the given rate', async () => {
    const { states } = await trained(regression({ average: { decay: 0.75 } }), 4, 0.3);
    for (const name of names) {
      let average = Array.from(valuesOf(states[0]!, name));
      expect(Array.from(valuesOf(states[0]!, `average/${name}`))).toEqual(average);
      for (const state of states.slice(1)) {
        const now = valuesOf(state, name);
        average = average.map((value, index) => value + 0.25 * (now[index]! - value));
        expect(largestError(valuesOf(state, `average/${name}`), average)).toBeLessThan(1e-6);
      }
    }
  });
});

describe('A step that is not committed', () => {
  it('leaves the state untouched, to the bit, whatever it computed', async () => {
    const phase = regression({ optimizer: { type: 'adam', options: {} }, average: { decay: 0.9 } });
    const { runner, state, dispose } = await openProgram([phase]);
    const before = state.snapshot();
    const clock = { step: 1, learningRate: 0.1, seed: 0, scalars: { averageRate: 0.1 } };
    const poisoned = { ...batchAt(1), x: tensorOf('float32', [examples, 5], new Array<number>(40).fill(NaN)) };
    const { loss } = await runner('train').run(poisoned, clock);
    expect(elements(loss!)).toEqual([NaN]);
    expect(state.snapshot()).toEqual(before);
    await runner('train').run(batchAt(1), clock);
    runner('train').commit();
    for (const tensor of state.snapshot().values()) expect(elements(tensor).every(Number.isFinite)).toBe(true);
    await dispose();
  });
});

describe('Phases over one state', () => {
  it('may train one parameter in turn, each with slots of its own', async () => {
    const adam = { type: 'adam', options: {} };
    const phases = [regression({ optimizer: adam }, 'one'), regression({ optimizer: adam }, 'two')];
    const { runner, state, dispose } = await openProgram(phases);
    const slots = [...state.named(['slot']).keys()];
    expect(slots.filter((name) => name.startsWith('optimizer/one/')).length).toBe(slots.length / 2);
    for (const phase of ['one', 'two']) {
      const before = state.snapshot();
      await runner(phase).run(batchAt(1), { step: 1, learningRate: 0.1, seed: 0 });
      runner(phase).commit();
      for (const [name, tensor] of state.snapshot()) {
        const changes = !name.startsWith('optimizer/') || name.startsWith(`optimizer/${phase}/`);
        expect(elements(tensor).join() !== elements(before.get(name)!).join(), `${phase}: ${name}`).toBe(changes);
      }
    }
    await dispose();
  });

  it('must agree on the shape of what they share', () => {
    const declaring = (name: string, size: number): PhaseDeclaration => ({
      name,
      build: (scope) => ({
        results: { w: scope.parameter('w', { shape: [size], initializer: { type: 'zeros' } }) },
      }),
    });
    expect(() => compileProgram([declaring('a', 2), declaring('b', 3)])).toThrow(
      /parameter 'w': declared with shape \[2\] and again with \[3\]/,
    );
  });
});
