// A kernel rule: what one element of a node's output is, as an expression of its inputs. Schedules decide how it is computed.
import type { Node } from '../../ir/graph.js';
import { elements } from '../../ir/tensor.js';
import type { Expression, ScalarType } from '../expression.js';
import type { Expressions } from '../expressions.js';
import { scalarTypeOf } from '../scalarTypes.js';

/** A node whose shapes are all static, and access to the elements of its inputs. */
export class RuleContext {
  constructor(
    readonly node: Node,
    readonly e: Expressions,
    private readonly elementOf: (port: number, index: readonly Expression[]) => Expression,
  ) {}

  /** Element of input `port` at a multi-dimensional index, one expression an axis. */
  input(port: number, index: readonly Expression[]): Expression {
    return this.elementOf(port, index);
  }

  has(port: number): boolean {
    return this.node.inputs[port] !== undefined;
  }

  inputShape(port: number): readonly number[] {
    return this.node.inputs[port]!.shape as readonly number[];
  }

  outputShape(output = 0): readonly number[] {
    return this.node.outputs[output]!.shape as readonly number[];
  }

  inputType(port: number): ScalarType {
    return scalarTypeOf(this.node.inputs[port]!.dtype!)!;
  }

  outputType(output = 0): ScalarType {
    return scalarTypeOf(this.node.outputs[output]!.dtype!)!;
  }

  /** The numbers of a constant input. */
  constants(port: number): readonly number[] | undefined {
    return constantsOf(this.node, port);
  }

  /** Element of an input that is broadcast to `shape` (ONNX's multidirectional broadcasting). */
  broadcast(port: number, index: readonly Expression[]): Expression {
    const shape = this.inputShape(port);
    const lead = index.length - shape.length;
    return this.input(
      port,
      shape.map((size, axis) => (size === 1 ? this.e.int(0) : index[lead + axis]!)),
    );
  }

  number(name: string, fallback: number): number {
    const found = this.node.attributes[name];
    return found?.kind === 'int' || found?.kind === 'float' ? found.value : fallback;
  }

  numbers(name: string): readonly number[] | undefined {
    const found = this.node.attributes[name];
    return found?.kind === 'ints' || found?.kind === 'floats' ? found.value : undefined;
  }

  text(name: string, fallback: string): string {
    const found = this.node.attributes[name];
    return found?.kind === 'string' ? found.value : fallback;
  }

  /** A constant of the output's type. */
  constant(value: number): Expression {
    return this.e.constant(this.outputType(), value);
  }
}

/** The numbers of a constant input of a node. */
export function constantsOf(node: Node, port: number): readonly number[] | undefined {
  const tensor = node.inputs[port]?.constant;
  return tensor && elements(tensor);
}

export interface KernelRule {
  /** Element `index` (an expression an axis) of output number `output`. */
  element(context: RuleContext, index: readonly Expression[], output: number): Expression;
  /** False where this node's form (an attribute, a type, an input that is not constant) has no kernel; default: always. */
  supports?(node: Node): boolean;
  /** Only renames elements: Reshape, Transpose, Slice …; such nodes are never computed on their own. */
  readonly view?: boolean;
  /** Its outputs are elements of its inputs, to the last bit, though it computes which. */
  readonly picks?: boolean;
  /** Whether elements may have to equal each other to the last bit: then inputs are not computed twice, in two orders. */
  compares?(node: Node): boolean;
}

export type KernelRules = Readonly<Record<string, KernelRule>>;

/** A rule of a function of one element. */
export function unary(of: (x: Expression, context: RuleContext) => Expression): KernelRule {
  return { element: (context, index) => of(context.input(0, index), context) };
}

/** A rule of a function of two elements, broadcast. */
export function binary(of: (a: Expression, b: Expression, context: RuleContext) => Expression): KernelRule {
  return { element: (context, index) => of(context.broadcast(0, index), context.broadcast(1, index), context) };
}
