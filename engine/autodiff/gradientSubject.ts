// A computation whose gradients can be checked, and the graphs that compute it with its first and second gradients.
import { isFloat, type DType } from '../ir/dtype.js';
import { Graph, type Value } from '../ir/graph.js';
import { isStatic, sizeOf } from '../ir/shape.js';
import { elements, tensorOf, type Tensor } from '../ir/tensor.js';
import { Emit, type LoweringChoices } from '../ops/emit.js';
import { differentiate } from './differentiate.js';
import { randomNumbers, type Feeds } from './numericGradient.js';

export interface SubjectInput {
  readonly name: string;
  readonly tensor: Tensor;
  /** A constant of the graph instead of a fed input. */
  readonly constant: boolean;
  /** Its gradient is asked for. */
  readonly wanted: boolean;
}

export interface GradientSubject {
  /** `undefined` stands for an omitted input. */
  readonly inputs: readonly (SubjectInput | undefined)[];
  /**
   * Emits the computation and returns its outputs. It is called once with float32 inputs and, for the
   * numeric gradient, once with float64 in their place.
   */
  build(emit: Emit, inputs: readonly (Value | undefined)[]): readonly Value[];
}

/** One input's gradient in a built graph: the output's name, or `undefined` where it is zero by nature. */
export interface BuiltGradient {
  readonly input: string;
  readonly output: string | undefined;
  readonly shape: readonly number[];
}

export interface BuiltSubject {
  readonly graph: Graph;
  readonly feeds: Feeds;
  readonly outputs: readonly Value[];
  /** The loss is Σ weights·outputs. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly gradients: readonly BuiltGradient[];
  /** The second loss is Σ secondWeights·gradients. */
  readonly secondWeights: ReadonlyMap<string, Tensor>;
  /** Gradients of the second loss, also with respect to the first one's weights (named `dY…`). */
  readonly secondGradients: readonly BuiltGradient[];
}

/**
 * Builds the subject with `order` rounds of differentiation, every float32 tensor replaced by `dtype`; `lowerings`
 * decide where several are right.
 */
export function buildSubject(
  subject: GradientSubject,
  dtype: 'float32' | 'float64',
  order: number,
  lowerings?: LoweringChoices,
): BuiltSubject {
  const emit = new Emit(new Graph('subject'), lowerings);
  const feeds: Record<string, Tensor> = {};
  const feed = (name: string, tensor: Tensor): Value => {
    const value = emit.input(name, tensor.dtype, tensor.shape);
    feeds[value.name] = tensor;
    return value;
  };
  const inputs = subject.inputs.map((input) => {
    if (!input) return undefined;
    const tensor = retyped(input.tensor, dtype);
    return input.constant ? emit.constant(tensor, input.name) : feed(input.name, tensor);
  });
  const outputs = subject.build(emit, inputs);
  outputs.forEach((output) => emit.output(output));
  let wrt = inputs.filter((value, index): value is Value => value !== undefined && subject.inputs[index]!.wanted);
  const first = order > 0 ? derive(emit, feed, outputs, wrt, 'dY') : nothing;
  wrt = [...wrt, ...first.weightValues];
  const second = order > 1 ? derive(emit, feed, first.values, wrt, 'ddX') : nothing;
  return {
    graph: emit.graph,
    feeds,
    outputs,
    weights: first.weights,
    gradients: first.gradients,
    secondWeights: second.weights,
    secondGradients: second.gradients,
  };
}

interface Derived {
  readonly weights: Map<string, Tensor>;
  readonly weightValues: Value[];
  readonly gradients: BuiltGradient[];
  /** The gradients that are not zero by nature. */
  readonly values: Value[];
}

const nothing: Derived = { weights: new Map(), weightValues: [], gradients: [], values: [] };

/** Emits the gradients of Σ w·values for fixed pseudo-random w, which are fed. */
function derive(
  emit: Emit,
  feed: (name: string, tensor: Tensor) => Value,
  values: readonly Value[],
  wrt: readonly Value[],
  weightName: string,
): Derived {
  const derived: Derived = { weights: new Map(), weightValues: [], gradients: [], values: [] };
  const seeds = values.flatMap((value, index) => {
    if (!isFloat(value.dtype) || !isStatic(value.shape)) return [];
    const count = sizeOf(value.shape);
    const tensor = retyped(
      tensorOf('float32', value.shape, randomNumbers(count, 100 + index)),
      value.dtype === 'float64' ? 'float64' : 'float32',
    );
    const gradient = feed(index ? `${weightName}_${index}` : weightName, tensor);
    derived.weights.set(value.name, tensor);
    derived.weightValues.push(gradient);
    return [{ value, gradient }];
  });
  const gradients = emit.within(weightName, () => differentiate(emit, seeds, wrt));
  gradients.forEach((gradient, index) => {
    // A gradient may be an input itself (Add's is dY), which a runtime does not accept as an output.
    const output = gradient && emit.identity(gradient);
    if (output) emit.output(output);
    if (output) derived.values.push(output);
    derived.gradients.push({
      input: wrt[index]!.name,
      output: output?.name,
      shape: wrt[index]!.shape as readonly number[],
    });
  });
  return derived;
}

function retyped(tensor: Tensor, dtype: DType): Tensor {
  return tensor.dtype === 'float32' ? tensorOf(dtype, tensor.shape, elements(tensor)) : tensor;
}
