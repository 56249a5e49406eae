// Elementwise functions of one input: Y has the type and shape of X.
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
  /** The function on integers, where it has one. */
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
    infer: likeX,
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
