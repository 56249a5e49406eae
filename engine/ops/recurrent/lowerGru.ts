// Lowers GRU to its steps.
import type { Value } from '../../ir/graph.js';
import type { AttributeValues } from '../attributes.js';
import type { Emit } from '../emit.js';
import { gateActivations, type GateActivation } from './gateActivation.js';
import type { gruAttributes } from './recurrentInference.js';
import {
  sumOf,
  unroll,
  withState,
  type Cell,
  type CellWeights,
  type RecurrentOperands,
  type Unrolled,
} from './unroll.js';

/**
 * Operands and results as ONNX's GRU has them; default activations Sigmoid (gates) and Tanh.
 *
 *     z = f(X·Wzᵀ + H·Rzᵀ + b), r = f(X·Wrᵀ + H·Rrᵀ + b)
 *     n = g(X·Whᵀ + Wbh + (r·H)·Rhᵀ + Rbh), or with linear_before_reset g(X·Whᵀ + Wbh + r·(H·Rhᵀ + Rbh))
 *     H' = (1 − z)·n + z·H
 */
export function lowerGru(
  emit: Emit,
  operands: RecurrentOperands,
  attributes: AttributeValues<typeof gruAttributes>,
): Unrolled {
  const directions = attributes.direction === 'bidirectional' ? 2 : 1;
  const cellOf = attributes.linear_before_reset ? resetAfter : resetBefore;
  return unroll(emit, operands, {
    gates: 3,
    attributes,
    initial: [operands.initial_h],
    activations: gateActivations(emit, attributes, ['Sigmoid', 'Tanh'], directions),
    cell: (weights, [f, g]) => cellOf(emit, weights, f!, g!),
  });
}

/** n + z·(H − n). */
function blended(emit: Emit, z: Value, n: Value, h: Value | undefined): Value {
  return h ? emit.add(n, emit.mul(z, emit.sub(h, n))) : emit.sub(n, emit.mul(z, n));
}

function resetBefore(emit: Emit, weights: CellWeights, f: GateActivation, g: GateActivation): Cell {
  const { r, hidden, inputBias, stateBias } = weights;
  const [gateWeights, candidateWeights] = emit.split(r, [2 * hidden, hidden], 0) as [Value, Value];
  return {
    bias: sumOf(emit, inputBias, stateBias),
    step(projected, [h]) {
      const [forGates, forCandidate] = emit.split(projected, [2 * hidden, hidden], 1) as [Value, Value];
      const gates = f(withState(emit, forGates, h, gateWeights));
      const [z, reset] = emit.split(gates, [hidden, hidden], 1) as [Value, Value];
      const n = g(withState(emit, forCandidate, h && emit.mul(reset, h), candidateWeights));
      return [blended(emit, z, n, h)];
    },
  };
}

function resetAfter(emit: Emit, weights: CellWeights, f: GateActivation, g: GateActivation): Cell {
  const { r, hidden, inputBias, stateBias } = weights;
  const sizes = [2 * hidden, hidden];
  const restBias = stateBias && (emit.split(stateBias, sizes, 0) as [Value, Value]);
  return {
    bias: inputBias,
    step(projected, [h]) {
      const [forGates, forCandidate] = emit.split(projected, sizes, 1) as [Value, Value];
      const carried = h ? emit.node('Gemm', [h, r, stateBias], { transB: true }) : undefined;
      const [atGates, atCandidate] = carried ? (emit.split(carried, sizes, 1) as [Value, Value]) : (restBias ?? []);
      const gates = f(sumOf(emit, forGates, atGates)!);
      const [z, reset] = emit.split(gates, [hidden, hidden], 1) as [Value, Value];
      const n = g(sumOf(emit, forCandidate, atCandidate && emit.mul(reset, atCandidate))!);
      return [blended(emit, z, n, h)];
    },
  };
}
