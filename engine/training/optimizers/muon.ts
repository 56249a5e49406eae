// Muon (Jordan et al. 2024; Liu et al. 2025, «Muon is scalable for LLM training»): momentum made orthogonal by
// Newton–Schulz steps. Matrices and kernels (seen as matrices) only; vectors are updated by AdamW.
import { sizeOf } from '../../ir/shape.js';
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { staticShapeOf } from '../../ops/valueTypes.js';
import { choice, flag, integer, number } from '../options.js';
import { adamScalars, adamUpdate } from './adam.js';
import { decayed, decayScalars, decoupledBy, penalised } from './decay.js';
import { defineOptimizer } from './defineOptimizer.js';
import { momentOptions, momentSlots } from './moments.js';

// Chosen by Jordan for the steepest slope at 0: singular values end between about 0.7 and 1.2.
const coefficients = [3.4445, -4.775, 2.0315] as const;

/** X ← a·X + (b·XXᵀ + c·(XXᵀ)²)·X, from X / ‖X‖, with XXᵀ taken along the shorter side. */
export function orthogonalize(emit: Emit, matrix: Value, steps: number, epsilon = 1e-7): Value {
  const [rows, columns] = staticShapeOf(matrix) as [number, number];
  const tall = rows > columns;
  const [a, b, c] = coefficients;
  let x = tall ? emit.transpose(matrix, [1, 0]) : matrix;
  x = emit.div(x, emit.max(emit.sqrt(emit.reduceSum(emit.square(x))), epsilon));
  for (let step = 0; step < steps; step++) {
    const gram = emit.matMul(x, emit.transpose(x, [1, 0]));
    const polynomial = emit.add(emit.mul(gram, b), emit.mul(emit.matMul(gram, gram), c));
    x = emit.add(emit.mul(x, a), emit.matMul(polynomial, x));
  }
  return tall ? emit.transpose(x, [1, 0]) : x;
}

/** `original`: √max(1, rows / columns); `matchRmsAdamW`: 0.2·√max(rows, columns), so that AdamW's rates fit. */
function stepFactor(rows: number, columns: number, adjust: 'original' | 'matchRmsAdamW'): number {
  return adjust === 'original' ? Math.sqrt(Math.max(1, rows / columns)) : 0.2 * Math.sqrt(Math.max(rows, columns));
}

export const muon = defineOptimizer({
  type: 'muon',
  title: 'Muon',
  description: 'Orthogonal steps for weight matrices, AdamW for the rest.',
  options: {
    momentum: number(0.95, 'Momentum', { minimum: 0, below: 1 }),
    nesterov: flag(true, 'Nesterov momentum'),
    newtonSchulzSteps: integer(5, 'Newton–Schulz steps', { minimum: 1, maximum: 20 }),
    adjust: choice(['original', 'matchRmsAdamW'], 'matchRmsAdamW', 'Step size'),
    ...momentOptions,
    ...decoupledBy(0.1),
  },
  scope: 'tensor',
  learningRate: 0.001,
  slots: (_options, shape) => (shape.length < 2 ? momentSlots : [{ name: 'momentum', initial: 0 }]),
  scalars: ({ step, learningRate, options }) => {
    const adam = adamScalars({ step, learningRate, options });
    return { rate: learningRate, adamRate: adam.rate, epsilon: adam.epsilon, ...decayScalars(learningRate, options) };
  },
  update(context) {
    const { emit, parameter, slots, scalars, options } = context;
    const shape = staticShapeOf(parameter);
    if (shape.length < 2)
      return adamUpdate({
        ...context,
        scalars: { ...scalars, rate: scalars.adamRate! },
        options: { ...options, amsgrad: false },
      });
    const rows = shape[0]!;
    const columns = sizeOf(shape.slice(1));
    const gradient = penalised(context);
    const mix = (a: Value, b: Value) => emit.add(emit.mul(a, options.momentum), emit.mul(b, 1 - options.momentum));
    const momentum = mix(slots.momentum!, gradient);
    const direction = emit.reshape(options.nesterov ? mix(momentum, gradient) : momentum, [rows, columns]);
    const orthogonal = emit.reshape(orthogonalize(emit, direction, options.newtonSchulzSteps), shape);
    const rate = emit.mul(scalars.rate!, stepFactor(rows, columns, options.adjust));
    return { parameter: emit.sub(decayed(context), emit.mul(orthogonal, rate)), slots: { momentum } };
  },
});
