// Activations and softmax relatives written in primitives that run on the GPU.
import { normalAxis } from '../ir/shape.js';
import { rankOf } from '../ops/valueTypes.js';
import { numberOf } from './attributeOf.js';
import type { Decomposition } from './legalize.js';

export const decomposeActivation: Readonly<Record<string, Decomposition>> = {
  // gamma·X above 0, else gamma·alpha·(eˣ − 1); min(X, 0) keeps the branch not taken finite
  Selu: (node, emit) => {
    const x = node.inputs[0]!;
    const gamma = numberOf(node, 'gamma', 1.0507010221481323);
    const alpha = numberOf(node, 'alpha', 1.6732631921768188);
    const below = emit.mul(emit.sub(emit.exp(emit.min(x, 0)), 1), alpha * gamma);
    return emit.where(emit.greater(x, 0), emit.mul(x, gamma), below);
  },
  // max(X, 0) + alpha·(e^(min(X, 0)/alpha) − 1)
  Celu: (node, emit) => {
    const x = node.inputs[0]!;
    const alpha = numberOf(node, 'alpha', 1);
    const below = emit.mul(emit.sub(emit.exp(emit.div(emit.min(x, 0), alpha)), 1), alpha);
    return emit.add(emit.relu(x), below);
  },
  // X / (1 + |X|)
  Softsign: ({ inputs: [x] }, emit) => emit.div(x!, emit.add(emit.abs(x!), 1)),
  // X − max − log Σ e^(X − max)
  LogSoftmax: (node, emit) => {
    const x = node.inputs[0]!;
    const axis = [numberOf(node, 'axis', -1)];
    const centred = emit.sub(x, emit.reduceMax(x, axis, true));
    return emit.sub(centred, emit.log(emit.reduceSum(emit.exp(centred), axis, true)));
  },
  // 1 at the first of the largest: the one up to and with which exactly one maximum has been counted
  Hardmax: (node, emit) => {
    const x = node.inputs[0]!;
    const axis = normalAxis(numberOf(node, 'axis', -1), rankOf(x))!;
    const largest = emit.indicator(emit.equal(x, emit.reduceMax(x, [axis], true)), x);
    const counted = emit.node('CumSum', [
      largest,
      emit.constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(axis)) }),
    ]);
    return emit.mul(largest, emit.indicator(emit.equal(counted, 1), x));
  },
};
