// The graph in Vue Flow's words: nodes with places, frames behind them, edges between ports.
import type { Edge, Node } from '@vue-flow/core';
import { layerOf } from '../../../../engine/layers/index.js';
import { modelTexts } from '../../../texts/model.js';
import { boundsOf, type Places } from '../graph/layoutGraph.js';
import { groupPrefix, outputPrefix, type ShownEdge, type ShownFrame, type ShownGraph } from '../graph/shownGraph.js';
import type { EditorView } from './editorView.js';

/** Around the members of an expanded group; its title is above them. */
const framePadding = { side: 18, top: 34 };

/** What a node of ours knows: the type of its layer. */
export interface NodeData {
  readonly layerType: string | undefined;
}

/** From the graph alone: what is read of the document besides would make all of them anew with every letter typed. */
export function flowNodes({ nodes, frames }: ShownGraph, places: Places): Node<NodeData>[] {
  const drawn = nodes.map(({ id, kind, layerType, width, height }): Node<NodeData> => ({
    id,
    type: kind,
    data: { layerType },
    ariaLabel: labelOf(id, layerType),
    position: { ...places.get(id)! },
    width,
    height,
    style: { width: `${width}px`, height: `${height}px` },
    zIndex: 2,
  }));
  return [...frames.flatMap((frame) => frameNode(frame, { nodes, frames, edges: [] }, places)), ...drawn];
}

function labelOf(id: string, layerType: string | undefined): string {
  if (id.startsWith(outputPrefix)) return modelTexts.node.output;
  return layerType === undefined ? id : `${layerOf(layerType)?.title ?? layerType} ${id}`;
}

/** Inner frames leave room for their own titles inside outer ones. */
function frameNode({ path, members }: ShownFrame, { nodes, frames }: ShownGraph, places: Places): Node<NodeData>[] {
  const inside = new Set(members);
  const bounds = boundsOf(
    nodes.filter(({ id }) => inside.has(id)),
    places,
  );
  if (!bounds) return [];
  const inner = frames.filter((other) => other.path.startsWith(`${path}/`));
  const levels = 1 + Math.max(0, ...inner.map((other) => other.path.split('/').length - path.split('/').length));
  const width = bounds.width + 2 * framePadding.side * levels;
  const height = bounds.height + (framePadding.top + framePadding.side) * levels;
  return [
    {
      id: `${groupPrefix}${path}`,
      type: 'frame',
      data: { layerType: undefined },
      ariaLabel: `${groupPrefix}${path}`,
      position: { x: bounds.x - framePadding.side * levels, y: bounds.y - framePadding.top * levels },
      width,
      height,
      style: { width: `${width}px`, height: `${height}px` },
      zIndex: 1 - levels,
    },
  ];
}

/** What an edge of ours knows: the reference it carries, and who reads it (`undefined`: the model's output `index`). */
export interface EdgeData {
  readonly source: string;
  readonly reader: string | undefined;
  readonly index: number;
}

export function flowEdges(edges: readonly ShownEdge[]): Edge[] {
  return edges.map((edge) => ({
    id: `edge:${edge.id}`,
    source: edge.from,
    target: edge.to,
    sourceHandle: `out:${edge.from.startsWith(groupPrefix) ? '' : edge.sourcePort}`,
    targetHandle: `in:${edge.targetPort}`,
    type: 'shape',
    data: { source: edge.source, reader: edge.reader, index: edge.index } satisfies EdgeData,
  }));
}

/** What a handle stands for: `out:state` of a node → its reference. */
export function referenceOf(node: string, handle: string | null | undefined): string {
  const port = handle?.startsWith('out:') ? handle.slice('out:'.length) : '';
  return port === '' ? node : `${node}:${port}`;
}

/** Where a connection that is dropped at a handle goes. */
export type ConnectionEnd =
  | { readonly kind: 'layer'; readonly reader: string; readonly index: number }
  | { readonly kind: 'output'; readonly index: number };

export function connectionEnd(
  node: string,
  handle: string | null | undefined,
  view: EditorView,
): ConnectionEnd | undefined {
  if (node.startsWith(outputPrefix)) return { kind: 'output', index: Number(node.slice(outputPrefix.length)) };
  const layer = view.layer(node);
  const definition = layer && layerOf(layer.type);
  if (!definition) return undefined;
  const port = Number(handle?.slice('in:'.length) ?? 0);
  // A port for any number of inputs takes one more.
  const index = definition.inputs[port]?.variadic ? (layer.inputs?.length ?? 0) : port;
  return { kind: 'layer', reader: node, index };
}
