// A graph of an older opset in the forms of the internal one.
import { EngineError, type Diagnostic } from '../../ir/diagnostic.js';
import type { Graph, Node, Value } from '../../ir/graph.js';
import { NameScope } from '../../ir/names.js';
import { readsOf, subgraphsOf } from '../../ir/subgraphs.js';
import { internalOpset, newestReadOpset, oldestReadOpset } from '../opsets.js';
import { axesUpgrades } from './axes.js';
import { NodeEdit, type Upgrade } from './nodeEdit.js';
import { normalizationUpgrades } from './normalization.js';
import { resamplingUpgrades } from './resampling.js';

/** A family of operators whose form changed adds one line. */
const upgrades: readonly Upgrade[] = [...axesUpgrades, ...normalizationUpgrades, ...resamplingUpgrades];

/**
 * Rewrites a graph of opset `from`, subgraphs included, to {@link internalOpset}; later opsets are taken as they are.
 * Throws `onnx.opset` below {@link oldestReadOpset} and `onnx.upgrade`, naming the node, for what has no new form.
 */
export function upgradeGraph(graph: Graph, from: number): Diagnostic[] {
  if (from < oldestReadOpset)
    throw new EngineError(
      'onnx.opset',
      `Model: the opset must be ${oldestReadOpset} or later, got ${from}; convert it with onnx.version_converter`,
    );
  const names = new NameScope(namesIn(graph));
  for (let version = from + 1; version <= internalOpset; version++) {
    const now = upgrades.filter(({ until }) => until === version);
    if (now.length) applyAll(graph, now, names);
  }
  if (from <= newestReadOpset) return [];
  const message = `Model: opset ${from} is newer than ${newestReadOpset}; operators are read as if they had not changed since`;
  return [{ code: 'onnx.opset', severity: 'warning', message, place: {} }];
}

function applyAll(graph: Graph, now: readonly Upgrade[], names: NameScope): void {
  const read = new Set<Value>(graph.outputs);
  for (const node of graph.nodes) for (const value of readsOf(node)) read.add(value);
  graph.nodes = graph.nodes.flatMap((node): Node[] => {
    for (const { graph: inner } of subgraphsOf(node)) applyAll(inner, now, names);
    const edit = new NodeEdit(node, names, (value) => read.has(value));
    if (node.domain === '')
      for (const { types, apply } of now) {
        if (!types.includes(node.type)) continue;
        if (!node.inputs[0] || !node.outputs[0]) edit.fail('must have an input and an output');
        apply(edit);
      }
    return [...edit.before, node, ...edit.after];
  });
}

function* namesIn(graph: Graph): Generator<string> {
  for (const value of graph.values()) yield value.name;
  for (const node of graph.nodes) {
    yield node.name;
    for (const { graph: inner } of subgraphsOf(node)) yield* namesIn(inner);
  }
}
