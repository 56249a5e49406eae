// Kernel rules of what belongs to no other family: Cast, Dropout in inference, shapes as numbers.
import { isFloat, type DType } from '../../ir/dtype.js';
import type { Node } from '../../ir/graph.js';
import { element, elements, type Tensor } from '../../ir/tensor.js';
import { isStatic } from '../../ir/shape.js';
import type { Expression } from '../expression.js';
import type { Expressions } from '../expressions.js';
import { Formula } from './formula.js';
import type { KernelRule, KernelRules, RuleContext } from './kernelRule.js';

export const generalRules: KernelRules = {
  Identity: { view: true, element: (context, index) => context.input(0, index) },
  Cast: {
    element: (context, index) => {
      const { e, node } = context;
      const from = node.inputs[0]!.dtype!;
      const to = node.outputs[0]!.dtype!;
      return wrapped(e, e.cast(context.outputType(), signed(e, context.input(0, index), from, to)), to);
    },
  },
  Dropout: {
    element: (context, index, output) => (output === 0 ? context.input(0, index) : context.e.constant('bool', 1)),
  },
  Range: {
    element: (context, [at]) => {
      const f = new Formula(context.e);
      const scalar = (port: number): Expression =>
        context.input(
          port,
          context.inputShape(port).map(() => context.e.int(0)),
        );
      return f.add(scalar(0), f.multiply(context.e.cast(context.outputType(), at!), scalar(2)));
    },
    supports: ({ outputs }) => outputs[0]!.dtype !== 'int8' && outputs[0]!.dtype !== 'uint8',
  },
  ConstantOfShape: {
    element: (context) => context.constant(fillOf(context.node)),
  },
  Shape: listed(({ inputs, attributes }) => {
    const shape = inputs[0]!.shape!;
    const bound = (name: string, fallback: number): number => Number(attributes[name]?.value ?? fallback);
    const part = shape.slice(bound('start', 0), bound('end', shape.length));
    return isStatic(part) ? part : undefined;
  }),
  Size: listed(({ inputs }) => {
    const shape = inputs[0]!.shape!;
    return isStatic(shape) ? [shape.reduce((product, dim) => product * dim, 1)] : undefined;
  }),
  Constant: listed(constantNumbers),
};

/** A float becomes a byte by way of a signed integer: WGSL would make 0 of negative numbers. */
function signed(e: Expressions, x: Expression, from: DType, to: DType): Expression {
  return isFloat(from) && to === 'uint8' ? e.cast('i32', x) : x;
}

/** The low eight bits, where bytes were asked for. */
function wrapped(e: Expressions, x: Expression, to: DType): Expression {
  if (to === 'uint8') return e.call('&', [x, e.constant('u32', 255)]);
  if (to !== 'int8') return x;
  const places = e.constant('u32', 24);
  return e.call('>>', [e.call('<<', [x, places]), places]);
}

function fillOf(node: Node): number {
  const value = node.attributes.value;
  return value?.kind === 'tensor' ? element(value.value, 0) : 0;
}

/** Longest list of numbers that is written into a kernel. */
const longestList = 16;

/** Numbers known when the kernel is made, at most a handful. */
function listed(numbersOf: (node: Node) => readonly number[] | undefined): KernelRule {
  return {
    supports: (node) => {
      const numbers = numbersOf(node);
      return numbers !== undefined && numbers.length > 0 && numbers.length <= longestList;
    },
    element: (context, index) => {
      const numbers = numbersOf(context.node)!;
      const at = context.e.flatten(index, context.outputShape());
      return chosen(context, at, numbers, 0, numbers.length);
    },
  };
}

/** numbers[at] by bisection. */
function chosen(
  context: RuleContext,
  at: Expression,
  numbers: readonly number[],
  from: number,
  to: number,
): Expression {
  const { e } = context;
  if (at.kind === 'constant') return context.constant(numbers[at.value]!);
  if (to - from === 1) return context.constant(numbers[from]!);
  const middle = (from + to) >> 1;
  return e.select(
    e.call('<', [at, e.int(middle)]),
    chosen(context, at, numbers, from, middle),
    chosen(context, at, numbers, middle, to),
  );
}

function constantNumbers({ attributes }: Node): readonly number[] | undefined {
  const [given] = Object.values(attributes);
  switch (given?.kind) {
    case 'tensor':
      return numbersIn(given.value);
    case 'int':
    case 'float':
      return [given.value];
    case 'ints':
    case 'floats':
      return given.value;
    default:
      return undefined;
  }
}

function numbersIn(tensor: Tensor): readonly number[] | undefined {
  return tensor.data.length <= longestList ? elements(tensor) : undefined;
}
