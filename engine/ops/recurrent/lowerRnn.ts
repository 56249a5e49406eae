// Lowers RNN to its steps: H' = f(X·Wᵀ + H·Rᵀ + b).
import type { Emit } from '../emit.js';
import { gateActivations } from './gateActivation.js';
import type { RecurrentAttributes } from './recurrentInference.js';
import { sumOf, unroll, withState, type RecurrentOperands, type Unrolled } from './unroll.js';

/** Operands and results as ONNX's RNN has them; default activation Tanh. */
export function lowerRnn(emit: Emit, operands: RecurrentOperands, attributes: RecurrentAttributes): Unrolled {
  const directions = attributes.direction === 'bidirectional' ? 2 : 1;
  return unroll(emit, operands, {
    gates: 1,
    attributes,
    initial: [operands.initial_h],
    activations: gateActivations(emit, attributes, ['Tanh'], directions),
    cell: ({ r, inputBias, stateBias }, [f]) => ({
      bias: sumOf(emit, inputBias, stateBias),
      step: (projected, [h]) => [f!(withState(emit, projected, h, r))],
    }),
  });
}
