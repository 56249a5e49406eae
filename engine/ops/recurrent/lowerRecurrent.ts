// Replaces RNN, LSTM and GRU nodes of a graph by their steps, through which gradients can flow.
import { Node, type Value } from '../../ir/graph.js';
import { readAttributes } from '../attributes.js';
import type { Emit } from '../emit.js';
import { lowerGru } from './lowerGru.js';
import { lowerLstm } from './lowerLstm.js';
import { lowerRnn } from './lowerRnn.js';
import { gruAttributes, lstmAttributes, recurrentAttributes } from './recurrentInference.js';
import type { RecurrentOperands, Unrolled } from './unroll.js';

/**
 * Puts the lowering in the place of every recurrent node that `needed` names (all by default). The
 * nodes' output values stay the same objects, so that references to them hold. Needs static shapes.
 * Returns whether anything was replaced.
 */
export function lowerRecurrent(emit: Emit, needed: (node: Node) => boolean = () => true): boolean {
  const { graph } = emit;
  const found = graph.nodes.filter((node) => node.domain === '' && lowerings[node.type] && needed(node));
  for (const node of found) {
    const first = graph.nodes.length;
    const { sequence, states } = emit.within(node.name, () => lowerings[node.type]!(emit, node));
    const results = [sequence, ...states];
    const steps = graph.nodes.splice(first);
    const bridges = node.outputs.map((output, at) => bridge(node, results[at]!, output));
    graph.nodes.splice(graph.nodes.indexOf(node), 1, ...steps, ...bridges);
  }
  return found.length > 0;
}

/** The old output, now a copy of the lowering's. */
function bridge(node: Node, from: Value, to: Value): Node {
  return new Node('Identity', `${node.name}/${to.name}`, [from], [to]);
}

const lowerings: Readonly<Record<string, (emit: Emit, node: Node) => Unrolled>> = {
  RNN: (emit, node) => lowerRnn(emit, operandsOf(node), attributesOf(recurrentAttributes, node)),
  GRU: (emit, node) => lowerGru(emit, operandsOf(node), attributesOf(gruAttributes, node)),
  LSTM: (emit, node) =>
    lowerLstm(
      emit,
      { ...operandsOf(node), initial_c: node.inputs[6], P: node.inputs[7] },
      attributesOf(lstmAttributes, node),
    ),
};

function attributesOf<S>(specs: S, node: Node): ReturnType<typeof readAttributes<S>> {
  return readAttributes(specs, node.attributes, node.type, node.name);
}

function operandsOf(node: Node): RecurrentOperands {
  const [X, W, R, B, lengths, h] = node.inputs;
  return { X: X!, W: W!, R: R!, B, sequence_lens: lengths, initial_h: h };
}
