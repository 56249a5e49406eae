// Elementwise functions of one input: Y has the type and shape of X.
import { isFloat } from '../ir/dtype.js';
import type { AttributeValues } from './attributes.js';
import {
  defineOp,
  type GradientContext,
  type GradientRule,
  type NotDifferentiable,
  type OpDefinition,
} from './defineOp.js';
import { mapTensor } from './evaluation.js';
import { likeX } from './inference.js';

export interface UnaryDeclaration<A> {
  readonly type: string;
  readonly since: number;
  readonly attributes: A;
  readonly gradient: GradientRule<GradientContext<readonly ['X'], readonly ['Y'], A>> | NotDifferentiable;
  /** The function in float64, for constant folding. */
  readonly float?: (x: number, attributes: AttributeValues<A>) => number;
  /** The function on integers (of `Not`, on booleans); without one the operator takes floats only. */
  readonly integer?: (x: bigint) => bigint;
  /** Floating-point operations an element (default 1). */
  readonly flops?: number;
}

export function defineUnary<const A>(declaration: UnaryDeclaration<A>): OpDefinition {
  const { float, integer, flops = 1 } = declaration;
  return defineOp({
    type: declaration.type,
    since: declaration.since,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: declaration.attributes,
    infer(context) {
      const { X, fail } = context;
      if (declaration.type === 'Not' ? X.dtype !== 'bool' : X.dtype === 'bool' || (!integer && !isFloat(X.dtype)))
        fail(
          'X',
          `X must be ${declaration.type === 'Not' ? 'bool' : integer ? 'a number' : 'a float'}, got ${X.dtype}`,
        );
      return likeX(context);
    },
    gradient: { X: declaration.gradient },
    evaluate: ([x], attributes) => {
      const result = mapTensor(x!, {
        ...(float && { float: (value: number) => float(value, attributes) }),
        ...(integer && { integer }),
      });
      return result && [result];
    },
    flops: (node) =>
      flops * (node.outputs[0]!.shape ?? []).reduce<number>((n, dim) => n * (typeof dim === 'number' ? dim : 1), 1),
  });
}
