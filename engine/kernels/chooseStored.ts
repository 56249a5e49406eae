// Decides which values are written to memory and which are computed where they are read.
import { isFloat } from '../ir/dtype.js';
import type { Graph, Node, Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { contractionOf, reductionsOf } from './contraction.js';
import type { Definitions } from './definitions.js';
import { extentOf, partsOf, visitExpressions, type Expression, type Variable } from './expression.js';
import { costOf, sizeOfExpression } from './expressionCost.js';
import type { Expressions } from './expressions.js';
import { ruleOf } from './rules/index.js';
import { RuleContext } from './rules/kernelRule.js';
import { scalarTypeOf } from './scalarTypes.js';

/** Work, in loads, that a dispatch of its own costs. */
const dispatchCost = 20_000;
/** Rows or columns of a contraction that share what one thread loads. */
const tile = 32;
/** Longer expressions are cut, so that shaders stay quick to compile. */
const longest = 600;
/** Distinct tensors that one inlined value may read. */
const mostSources = 4;

/** Fills `definitions.stored`; a value that lies on no kernel's path (a session's) is stored, too. */
export function chooseStored(graph: Graph, definitions: Definitions, isKernel: (node: Node) => boolean): void {
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs);
  const reads = new Map<Node, ReadonlyMap<Value, number>>();
  const compared = comparedValues(graph, isKernel);
  for (const node of graph.nodes)
    for (const value of node.outputs) {
      if (!isKernel(node)) definitions.stored.add(value);
      else if (outputs.has(value) || compared.has(value) || isWorthStoring(value, node)) definitions.stored.add(value);
    }

  function isWorthStoring(value: Value, node: Node): boolean {
    const shape = value.shape as readonly number[];
    const axes = shape.map((extent) => definitions.e.variable(extent, 'i'));
    const index = axes.map((axis, at) => (shape[at] === 1 ? definitions.e.int(0) : axis));
    const expression = definitions.computed(value, node, index);
    const count = sizeOf(shape);
    const uses = evaluations(value);
    if (uses === Infinity) return true;
    if (ruleOf(node)!.view) return false;
    if (isContraction(expression, axes)) return true;
    if (sizeOfExpression(expression) > longest || sourcesOf(expression) > mostSources) return true;
    const cost = costOf(expression);
    return cost * uses > (cost + 1) * count + uses + dispatchCost;
  }

  /** About how many elements of a value its readers evaluate; Infinity where a session needs it in memory. */
  function evaluations(value: Value): number {
    let total = 0;
    for (const node of new Set(readers.get(value))) {
      if (!isKernel(node)) return Infinity;
      let known = reads.get(node);
      if (!known) reads.set(node, (known = readsOf(node, definitions.e)));
      if (ruleOf(node)!.view) for (const output of node.outputs) total += evaluations(output);
      else total += known.get(value) ?? 0;
    }
    return total;
  }
}

/**
 * Floats that are compared with each other to the last bit: a maximum with the elements that it was taken of. Computed
 * where they are read, in two kernels and in two orders, they would differ.
 */
function comparedValues(graph: Graph, isKernel: (node: Node) => boolean): ReadonlySet<Value> {
  const compared = new Set<Value>();
  const seen = new Set<Value>();
  const note = (value: Value | undefined): void => {
    const node = value?.producer;
    if (!value || !node || seen.has(value) || !isFloat(value.dtype) || !isKernel(node)) return;
    seen.add(value);
    const { view, picks } = ruleOf(node)!;
    if (view || picks) node.inputs.forEach(note);
    else compared.add(value);
  };
  for (const node of graph.nodes) if (isKernel(node) && ruleOf(node)!.compares?.(node)) node.inputs.forEach(note);
  return compared;
}

function isContraction(expression: Expression, axes: readonly Variable[]): boolean {
  return reductionsOf(expression).some((reduce) => contractionOf(reduce, axes));
}

function sourcesOf(expression: Expression): number {
  const sources = new Set<Value>();
  visitExpressions([expression], (part) => {
    if (part.kind === 'load') sources.add(part.source);
  });
  return sources.size;
}

function readersOf(graph: Graph): ReadonlyMap<Value, readonly Node[]> {
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes)
    for (const value of node.inputs) {
      if (!value) continue;
      const list = readers.get(value);
      if (list) list.push(node);
      else readers.set(value, [node]);
    }
  return readers;
}

/** Loads of each tensor while one element is evaluated; a branch counts half. */
function countLoads(expression: Expression, weight: number, axes: readonly Variable[], into: Map<Value, number>): void {
  if (expression.kind === 'load') into.set(expression.source, (into.get(expression.source) ?? 0) + weight);
  let inner = weight;
  if (expression.kind === 'reduce') inner *= extentOf(expression) / (contractionOf(expression, axes) ? tile : 1);
  if (expression.kind === 'fold') inner *= expression.variable.max + 1;
  if (expression.kind === 'select') {
    countLoads(expression.condition, weight, axes, into);
    countLoads(expression.yes, weight / 2, axes, into);
    countLoads(expression.no, weight / 2, axes, into);
  } else for (const part of partsOf(expression)) countLoads(part, inner, axes, into);
}

/** Elements of each input that a node reads to compute its outputs, were all of them in memory. */
function readsOf(node: Node, e: Expressions): ReadonlyMap<Value, number> {
  const reads = new Map<Value, number>();
  const context = new RuleContext(node, e, (port, index) => {
    const value = node.inputs[port]!;
    return e.load(value, scalarTypeOf(value.dtype!)!, e.flatten(index, value.shape as readonly number[]));
  });
  node.outputs.forEach((output, number) => {
    const shape = output.shape as readonly number[];
    const axes = shape.map((extent) => e.variable(extent, 'i'));
    const index = axes.map((axis, at) => (shape[at] === 1 ? e.int(0) : axis));
    countLoads(ruleOf(node)!.element(context, index, number), sizeOf(shape), axes, reads);
  });
  return reads;
}
