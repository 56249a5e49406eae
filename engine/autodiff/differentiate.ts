// Reverse-mode differentiation of a graph into a graph: one sweep from the outputs to the inputs,
// asking each operator's definition for the gradient of just those inputs that are wanted.
import { isFloat } from '../ir/dtype.js';
import { EngineError } from '../ir/diagnostic.js';
import type { Graph, Node, Value } from '../ir/graph.js';
import { isNotDifferentiable, type ErasedRule } from '../ops/defineOp.js';
import type { Emit } from '../ops/emit.js';
import { definitionOf } from '../ops/index.js';
import { lowerRecurrent } from '../ops/recurrent/lowerRecurrent.js';
import { Recomputation } from './recomputation.js';
import { sumOfProducts } from './sumOfProducts.js';
import { unbroadcast } from './unbroadcast.js';

export interface Seed {
  readonly value: Value;
  /** dL/dvalue, of the value's shape; ones when left out. */
  readonly gradient?: Value;
}

export interface DifferentiateOptions {
  /** Values that count as constants: no gradient flows through them (stop-gradient). */
  readonly stopAt?: ReadonlySet<Value>;
  /** Checkpointing: only these values are kept of the forward pass; what lies between is computed again. */
  readonly keep?: ReadonlySet<Value>;
}

/**
 * Emits the gradients of Σ seeds with respect to `wrt` and returns them in order; `undefined` where
 * the seeds do not depend on a value. The emitted nodes are ordinary ones and can be differentiated
 * again. Throws `gradient.missing`, naming the node, where a needed rule does not exist.
 */
export function differentiate(
  emit: Emit,
  seeds: readonly Seed[],
  wrt: readonly Value[],
  options: DifferentiateOptions = {},
): (Value | undefined)[] {
  const wanted = dependents(emit.graph, wrt, options.stopAt);
  // Recurrent nodes are differentiated through their steps; frozen ones stay whole.
  if (lowerRecurrent(emit, (node) => node.inputs.some((input) => input && wanted.has(input))))
    for (const value of dependents(emit.graph, wrt, options.stopAt)) wanted.add(value);
  const nodes = [...emit.graph.nodes];
  const recomputation = options.keep && new Recomputation(emit, nodes, options.keep);
  const arriving = new Map<Value, Value[]>();
  for (const { value, gradient } of seeds) arrive(arriving, value, gradient ?? emit.fullLike(value, 1));

  for (const node of nodes.reverse()) {
    if (!node.outputs.some((output) => arriving.has(output) && wanted.has(output))) continue;
    const gradients = node.outputs.map((output) => collect(emit, arriving, output));
    const seen =
      recomputation?.viewOf(
        node,
        gradients.find((gradient) => gradient)!,
      ) ?? node;
    emit.within(`${node.name}_grad`, () => pullBack(emit, node, seen, gradients, wanted, arriving));
  }
  return wrt.map((value) => collect(emit, arriving, value));
}

/** Every value whose change can be felt downstream of `wrt`. */
function dependents(graph: Graph, wrt: readonly Value[], stopAt: ReadonlySet<Value> = new Set()): Set<Value> {
  const found = new Set<Value>(wrt);
  for (const node of graph.nodes)
    if (node.inputs.some((input) => input && found.has(input)))
      for (const output of node.outputs)
        if (!stopAt.has(output) && isFloat(output.dtype ?? 'float32')) found.add(output);
  return found;
}

/** `seen` is the node as its rules see it: itself, or a view of it on recomputed values. */
function pullBack(
  emit: Emit,
  node: Node,
  seen: Node,
  gradients: readonly (Value | undefined)[],
  wanted: ReadonlySet<Value>,
  arriving: Map<Value, Value[]>,
): void {
  let first = gradients[0];
  node.inputs.forEach((input, index) => {
    if (!input || !wanted.has(input) || !isFloat(input.dtype)) return;
    const rule = ruleOf(node, index);
    if (!rule) return;
    first ??= emit.fullLike(node.outputs[0]!, 0);
    arrive(arriving, input, unbroadcast(emit, rule(seen, emit, first, gradients), input));
  });
}

/** The rule of one input; `undefined` where the gradient is zero by nature. */
function ruleOf(node: Node, index: number): ErasedRule | undefined {
  const definition = definitionOf(node.type, node.domain);
  const place = { node: node.name };
  if (!definition)
    throw new EngineError(
      'gradient.unknownOperator',
      `${node.type} '${node.name}': an operator without a definition cannot be trained through; freeze what comes before it`,
      place,
    );
  const rule = definition.gradientOf(index);
  if (!isNotDifferentiable(rule)) return rule;
  if (rule.zero) return undefined;
  throw new EngineError(
    'gradient.missing',
    `${node.type} '${node.name}': not differentiable: ${rule.notDifferentiable}`,
    place,
  );
}

function arrive(arriving: Map<Value, Value[]>, value: Value, gradient: Value): void {
  const list = arriving.get(value);
  if (list) list.push(gradient);
  else arriving.set(value, [gradient]);
}

/** The sum of what has arrived at a value. */
function collect(emit: Emit, arriving: Map<Value, Value[]>, value: Value): Value | undefined {
  const list = arriving.get(value);
  if (!list) return undefined;
  const total = sumOfProducts(emit, list) ?? list.reduce((sum, next) => emit.add(sum, next));
  arriving.set(value, [total]);
  return total;
}
