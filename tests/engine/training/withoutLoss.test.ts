// Phases without a loss: parameters set in closed form, and gradients that are given.
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { normals } from '../../../engine/random/fields.js';
import type { PhaseDeclaration, PhaseScope, PhaseTraining } from '../../../engine/training/phase.js';
import { compileProgram } from '../../../engine/training/program.js';
import { drawRandom } from '../../../engine/training/stepFeeds.js';
import { largestError } from './runGraph.js';
import { openProgram } from './openProgram.js';

const field = (purpose: string, shape: readonly number[]): Tensor =>
  tensorOf('float32', shape, normals({ seed: 5, purpose }, sizeOf(shape)));
const valuesOf = (state: ReadonlyMap<string, Tensor>, name: string): Float32Array =>
  state.get(name)!.data as Float32Array;
const lengthOf = (values: readonly number[]): number => Math.hypot(...values);

describe('Explicit updates', () => {
  /** A⁻¹ by Newton's iteration X ← X(2I − AX), from Aᵀ / (‖A‖₁‖A‖∞), for a symmetric A. */
  function inverse({ emit }: PhaseScope, matrix: Value, size: number): Value {
    const norm = emit.reduceMax(emit.reduceSum(emit.abs(matrix), [0]));
    const identity = tensorOf(
      'float32',
      [size, size],
      Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 2 : 0)),
    );
    const twice = emit.constant(identity);
    let found = emit.div(matrix, emit.square(norm));
    for (let round = 0; round < 24; round++) found = emit.matMul(found, emit.sub(twice, emit.matMul(matrix, found)));
    return found;
  }

  it('solve an extreme learning machine in closed form, in one run', async () => {
    const [count, units] = [40, 6];
    const phase: PhaseDeclaration = {
      name: 'solve',
      build(scope) {
        const { emit } = scope;
        const normal = { type: 'normal', deviation: 1 } as const;
        const hidden = scope.parameter('hidden', { shape: [5, units], initializer: normal });
        const output = scope.parameter('output', { shape: [units, 3], initializer: { type: 'zeros' } });
        const h = emit.tanh(emit.matMul(scope.batch('x', 'float32', [count, 5]), hidden));
        const y = scope.batch('y', 'float32', [count, 3]);
        const transposed = emit.transpose(h, [1, 0]);
        const solved = emit.matMul(inverse(scope, emit.matMul(transposed, h), units), emit.matMul(transposed, y));
        scope.update('output', solved);
        // What is left must be orthogonal to every hidden unit.
        const rest = emit.sub(y, emit.matMul(h, output));
        return { results: { correlation: emit.matMul(transposed, rest) } };
      },
    };
    const { runner, state, dispose } = await openProgram([phase]);
    const batch = { x: field('x', [count, 5]), y: field('y', [count, 3]) };
    const clock = { step: 1, learningRate: 0, seed: 0 };
    const hidden = state.snapshot().get('hidden')!;
    const before = elements((await runner('solve').run(batch, clock)).correlation!);
    runner('solve').commit();
    const after = elements((await runner('solve').run(batch, clock)).correlation!);
    expect(lengthOf(before)).toBeGreaterThan(1);
    expect(lengthOf(after)).toBeLessThan(1e-3);
    expect(state.snapshot().get('hidden')).toEqual(hidden);
    await dispose();
  });

  it('of what the same phase trains, or of what is not declared, are refused', () => {
    const updating = (name: string, training?: PhaseTraining): PhaseDeclaration => ({
      name: 'clash',
      build(scope) {
        const w = scope.parameter('w', { shape: [2], initializer: { type: 'ones' } });
        scope.update(name, scope.emit.mul(w, 0.5));
        const loss = scope.emit.reduceSum(scope.emit.square(w));
        return { loss, results: { loss } };
      },
      ...(training && { training }),
    });
    const sgd = { trains: () => true, optimizer: { type: 'sgd', options: {} } };
    expect(() => compileProgram([updating('w', sgd)])).toThrow(
      /Phase 'clash': update of 'w': the phase trains it as well/,
    );
    expect(() => compileProgram([updating('v')])).toThrow(/Phase 'clash': update of 'v': the phase must declare/);
  });
});

describe('Given gradients', () => {
  const [count, visible, hidden] = [16, 6, 4];

  /** One step of contrastive divergence (Hinton 2002): W ← W + rate · (v₀ᵀh₀ − v₁ᵀh₁) / count. */
  const machine: PhaseDeclaration = {
    name: 'divergence',
    build(scope) {
      const { emit } = scope;
      const w = scope.parameter('w', { shape: [visible, hidden], initializer: { type: 'normal', deviation: 0.1 } });
      const data = scope.batch('v', 'float32', [count, visible]);
      const up = emit.sigmoid(emit.matMul(data, w));
      const drawn = emit.indicator(emit.less(scope.random('states', 'uniform', [count, hidden]), up), up);
      const down = emit.sigmoid(emit.matMul(drawn, emit.transpose(w, [1, 0])));
      const again = emit.sigmoid(emit.matMul(down, w));
      const product = (v: Value, h: Value): Value => emit.matMul(emit.transpose(v, [1, 0]), h);
      const gradient = emit.mul(emit.sub(product(down, again), product(data, up)), 1 / count);
      const error = emit.reduceMean(emit.square(emit.sub(data, down)));
      return { gradients: new Map([['w', gradient]]), results: { error } };
    },
    training: { trains: () => true, optimizer: { type: 'sgd', options: {} } },
  };
  const patterns = tensorOf(
    'float32',
    [count, visible],
    Array.from({ length: count * visible }, (_, index) =>
      index % visible < 3 === Math.floor(index / visible) % 2 < 1 ? 1 : 0,
    ),
  );

  it('move the parameters where no loss does: contrastive divergence', async () => {
    const { runner, program, state, dispose } = await openProgram([machine]);
    const before = valuesOf(state.snapshot(), 'w');
    const clock = { step: 1, learningRate: 0.5, seed: 9 };
    await runner('divergence').run({ v: patterns }, clock);
    runner('divergence').commit();
    const uniforms = drawRandom(program.steps[0]!.random[0]!, clock).data;
    const expected = byHand(before, patterns.data, uniforms, 0.5);
    expect(largestError(valuesOf(state.snapshot(), 'w'), expected)).toBeLessThan(1e-5);
    await dispose();
  });

  it('learn: the patterns are restored better and better', async () => {
    const { runner, dispose } = await openProgram([machine]);
    const errors: number[] = [];
    for (let step = 1; step <= 200; step++) {
      const { error } = await runner('divergence').run({ v: patterns }, { step, learningRate: 0.5, seed: 9 });
      runner('divergence').commit();
      errors.push(elements(error!)[0]!);
    }
    expect(errors.at(-1)!).toBeLessThan(errors[0]! / 3);
    await dispose();
  });

  function byHand(w: Float32Array, v: Float32Array, uniform: Float32Array, rate: number): number[] {
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    const sum = (length: number, term: (index: number) => number): number =>
      Array.from({ length }, (_, index) => term(index)).reduce((total, next) => total + next, 0);
    const upOf = (row: ArrayLike<number>): number[] =>
      Array.from({ length: hidden }, (_, j) => sigmoid(sum(visible, (i) => row[i]! * w[i * hidden + j]!)));
    const next = Array.from(w);
    for (let example = 0; example < count; example++) {
      const row = v.subarray(example * visible, (example + 1) * visible);
      const up = upOf(row);
      const state = up.map((chance, j) => (uniform[example * hidden + j]! < chance ? 1 : 0));
      const down = Array.from({ length: visible }, (_, i) =>
        sigmoid(sum(hidden, (j) => state[j]! * w[i * hidden + j]!)),
      );
      const again = upOf(down);
      for (let i = 0; i < visible; i++)
        for (let j = 0; j < hidden; j++)
          next[i * hidden + j]! += (rate / count) * (row[i]! * up[j]! - down[i]! * again[j]!);
    }
    return next;
  }
});
