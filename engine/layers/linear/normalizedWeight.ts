// Weight normalisation (Salimans and Kingma, 2016): w = g · v / ‖v‖, the norm taken over all but the first axis.
import type { Value } from '../../ir/graph.js';
import { oneInitializer } from '../initialization.js';
import type { LoweringScope, ParameterDeclaration } from '../scope.js';

/** Declares `weight_v` [out, …] and `weight_g` [out, 1, …] (as PyTorch names them) and emits the weight. */
export function normalizedWeight(scope: LoweringScope, declaration: ParameterDeclaration): Value {
  const { emit } = scope;
  const { shape } = declaration;
  const direction = scope.parameter('weight_v', declaration);
  const length = scope.parameter('weight_g', {
    shape: [shape[0]!, ...shape.slice(1).map(() => 1)],
    initializer: oneInitializer,
    decay: false,
  });
  const axes = shape.slice(1).map((_, axis) => axis + 1);
  const norm = emit.sqrt(emit.reduceSum(emit.square(direction), axes, true));
  return emit.mul(direction, emit.div(length, norm));
}
