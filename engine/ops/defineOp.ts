// What an operator is: one definition with its attributes, shape rule and gradient rules.
import type { Node, Value, ValueType } from '../ir/graph.js';
import type { DType } from '../ir/dtype.js';
import type { Shape } from '../ir/shape.js';
import type { Tensor } from '../ir/tensor.js';
import { EngineError } from '../ir/diagnostic.js';
import { readAttributes, type AttributeSpecs, type AttributeValues } from './attributes.js';
import type { Emit } from './emit.js';

// A port is written 'X', optional 'B?', or variadic 'inputs...' (last only).
type PortName<P extends string> = P extends `${infer N}?` ? N : P extends `${infer N}...` ? N : P;
type PortValue<P extends string, V> = P extends `${string}?`
  ? V | undefined
  : P extends `${string}...`
    ? readonly V[]
    : V;
type Ports<P extends readonly string[], V> = { readonly [K in P[number] as PortName<K>]: PortValue<K, V> };

/** A shape rule's view of an input: its type and, when it is a constant, its data. */
export interface KnownInput extends ValueType {
  readonly constant: Tensor | undefined;
}

export interface InferenceBase<A> {
  readonly attributes: AttributeValues<A>;
  readonly node: Node;
  /** Throws a located `EngineError` in the house form: `fail('X', 'rank must be 4, got 3')`. */
  readonly fail: (port: string, sentence: string) => never;
}

/** The type of one output; a shape of `undefined` says it depends on data. */
export interface InferredType {
  readonly dtype: DType;
  readonly shape: Shape | undefined;
}

export interface GradientBase<A> {
  readonly emit: Emit;
  readonly attributes: AttributeValues<A>;
  readonly node: Node;
  /** Gradient of each output, in order; `undefined` where none arrives. */
  readonly outputGradients: readonly (Value | undefined)[];
  /** Gradient of the first output (zeros when only others receive one). */
  readonly dY: Value;
}

export interface NotDifferentiable {
  readonly notDifferentiable: string;
  /** The derivative is zero wherever it exists, so differentiation simply stops here. */
  readonly zero: boolean;
}

/** States why no gradient exists; asking for one is an error. */
export function notDifferentiable(why: string): NotDifferentiable {
  return { notDifferentiable: why, zero: false };
}

/** The derivative is zero (`'piecewise constant'`, `'a shape'`, `'integer indices'`): nothing flows. */
export function zeroGradient(why: string): NotDifferentiable {
  return { notDifferentiable: why, zero: true };
}

export type InferContext<I extends readonly string[], A> = Ports<I, KnownInput> & InferenceBase<A>;
export type GradientContext<I extends readonly string[], O extends readonly string[], A> = Ports<I, Value> &
  Ports<O, Value> &
  GradientBase<A>;

/** Builds the gradient of one input; of a variadic input, of the member at `index`. */
export type GradientRule<C> = (context: C, index: number) => Value;

export interface OpDeclaration<I extends readonly string[], O extends readonly string[], A> {
  readonly type: string;
  /** '' (the default) is the standard ONNX domain. */
  readonly domain?: string;
  /** The opset in which the form used here appeared. */
  readonly since: number;
  readonly inputs: I;
  readonly outputs: O;
  readonly attributes: A;
  /** One entry an output; shapes may hold symbolic dimensions. */
  infer(context: InferContext<I, A>): readonly InferredType[];
  /** A rule or a reason for every input; the gradient may be of the broadcast shape: the walker reduces it. */
  readonly gradient:
    | NotDifferentiable
    | Readonly<Record<PortName<I[number]>, GradientRule<GradientContext<I, O, A>> | NotDifferentiable>>;
  /** Evaluates on constants (for folding): small shape arithmetic and cheap elementwise functions; `undefined` declines. */
  evaluate?(inputs: readonly (Tensor | undefined)[], attributes: AttributeValues<A>): readonly Tensor[] | undefined;
  /** Floating-point operations for static shapes, a multiply-add counted as 2; default: elements of the first output. */
  flops?(node: Node): number;
}

/** A definition whose port and attribute types have been checked and can be forgotten. */
export interface OpDefinition {
  readonly type: string;
  readonly domain: string;
  readonly since: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly attributes: AttributeSpecs;
  infer(node: Node): readonly InferredType[] | undefined;
  /** The rule of input `index`, or the reason why there is none. */
  gradientOf(index: number): ErasedRule | NotDifferentiable;
  evaluate(node: Node): readonly Tensor[] | undefined;
  flops(node: Node): number;
}

export type ErasedRule = (node: Node, emit: Emit, dY: Value, outputGradients: readonly (Value | undefined)[]) => Value;

export interface Port {
  readonly name: string;
  readonly optional: boolean;
  readonly variadic: boolean;
}

function parsePort(text: string): Port {
  const optional = text.endsWith('?');
  const variadic = text.endsWith('...');
  return { name: text.replace(/\?$|\.\.\.$/, ''), optional, variadic };
}

/** Values by port name: a variadic port takes all the rest. */
function byPort<T>(ports: readonly Port[], values: readonly T[]): Record<string, T | readonly T[]> {
  return Object.fromEntries(
    ports.map((port, index) => [port.name, port.variadic ? values.slice(index) : values[index]!]),
  );
}

export function isNotDifferentiable(rule: object | undefined): rule is NotDifferentiable {
  return rule !== undefined && 'notDifferentiable' in rule;
}

export function defineOp<const I extends readonly string[], const O extends readonly string[], const A>(
  declaration: OpDeclaration<I, O, A>,
): OpDefinition {
  const inputs = declaration.inputs.map(parsePort);
  const outputs = declaration.outputs.map(parsePort);
  const attributesOf = (node: Node): AttributeValues<A> =>
    readAttributes(declaration.attributes, node.attributes, node.type, node.name);
  const portAt = (index: number): Port => inputs[Math.min(index, inputs.length - 1)]!;

  return {
    type: declaration.type,
    domain: declaration.domain ?? '',
    since: declaration.since,
    inputs,
    outputs,
    attributes: declaration.attributes as AttributeSpecs,
    infer(node) {
      checkArity(node, inputs);
      if (node.inputs.some((value) => value && (!value.dtype || !value.shape))) return undefined;
      const fail = (port: string, sentence: string): never => {
        throw new EngineError('op.invalid', `${node.type} '${node.name}': ${sentence}`, { node: node.name, port });
      };
      return declaration.infer({
        ...byPort(inputs, node.inputs),
        attributes: attributesOf(node),
        node,
        fail,
      } as unknown as InferContext<I, A>);
    },
    gradientOf(index) {
      if (isNotDifferentiable(declaration.gradient)) return declaration.gradient;
      const port = portAt(index);
      const rules = declaration.gradient as Record<string, GradientRule<GradientContext<I, O, A>> | NotDifferentiable>;
      const rule = rules[port.name]!;
      if (isNotDifferentiable(rule)) return rule;
      return (node, emit, dY, outputGradients) =>
        rule(
          {
            ...byPort(inputs, node.inputs),
            ...byPort(outputs, node.outputs),
            attributes: attributesOf(node),
            node,
            emit,
            dY,
            outputGradients,
          } as unknown as GradientContext<I, O, A>,
          port.variadic ? index - inputs.indexOf(port) : 0,
        );
    },
    evaluate(node) {
      if (!declaration.evaluate || node.inputs.some((value) => value && !value.constant)) return undefined;
      return declaration.evaluate(
        node.inputs.map((value) => value?.constant),
        attributesOf(node),
      );
    },
    flops: (node) => declaration.flops?.(node) ?? elementCount(node.outputs[0]?.shape),
  };
}

function elementCount(shape: Shape | undefined): number {
  return (shape ?? []).reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
}

function checkArity(node: Node, ports: readonly Port[]): void {
  const last = ports.at(-1);
  const place = { node: node.name };
  if (node.inputs.length > ports.length && !last?.variadic)
    throw new EngineError(
      'op.arity',
      `${node.type} '${node.name}': takes at most ${ports.length} inputs, got ${node.inputs.length}`,
      place,
    );
  ports.forEach((port, index) => {
    if (!port.optional && !node.inputs[index])
      throw new EngineError('op.arity', `${node.type} '${node.name}': input ${port.name} is required`, {
        ...place,
        port: port.name,
      });
  });
}
