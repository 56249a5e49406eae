// What Max and Min share: the gradient's share at ties, and folding over any number of operands.
import type { Value } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';
import type { Emit } from './emit.js';
import { zipTensors, type BinaryArithmetic } from './evaluation.js';

/** dY where operand `index` is the extremum, divided by the number of operands that tie with it there. */
export function shareOfExtremum(
  emit: Emit,
  operands: readonly Value[],
  index: number,
  extremum: Value,
  dY: Value,
): Value {
  const chosen = emit.equal(operands[index]!, extremum);
  if (operands.length === 1) return dY;
  if (operands.length === 2) {
    const tie = emit.equal(operands[0]!, operands[1]!);
    return emit.where(chosen, emit.where(tie, emit.mul(dY, 0.5), dY), 0);
  }
  const ties = operands
    .map((operand) => emit.indicator(emit.equal(operand, extremum), dY))
    .reduce((sum, next) => emit.add(sum, next));
  return emit.where(chosen, emit.div(dY, ties), 0);
}

/** Folds a function over all operands; `undefined` where it is not defined for their type. */
export function foldTensors(
  inputs: readonly (Tensor | undefined)[],
  apply: BinaryArithmetic,
): readonly Tensor[] | undefined {
  let result = inputs[0];
  for (const next of inputs.slice(1)) result = result && next && zipTensors(result, next, apply);
  return result && [result];
}
