// The graph in Vue Flow's words: nodes with places, frames behind them, edges between ports.
import type { Edge, Node } from '@vue-flow/core';
import { layerOf } from '../../../../engine/layers/index.js';
import { boundsOf, type Places } from '../graph/layoutGraph.js';
import { groupPrefix, outputPrefix, type ShownEdge, type ShownFrame, type ShownGraph } from '../graph/shownGraph.js';
import type { EditorView } from './editorView.js';

/** Around the members of an expanded group; its title is above them. */
const framePadding = { side: 18, top: 34 };

export function flowNodes({ nodes, frames }: ShownGraph, places: Places): Node[] {
  const drawn = nodes.map(({ id, kind, width, height }): Node => ({
    id,
    type: kind,
    position: { ...places.get(id)! },
    width,
    height,
    style: { width: `${width}px`, height: `${height}px` },
    zIndex: 2,
  }));
  return [...frames.flatMap((frame) => frameNode(frame, { nodes, frames, edges: [] }, places)), ...drawn];
}

/** Inner frames leave room for their own titles inside outer ones. */
function frameNode({ path, members }: ShownFrame, { nodes, frames }: ShownGraph, places: Places): Node[] {
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
      position: { x: bounds.x - framePadding.side * levels, y: bounds.y - framePadding.top * levels },
      width,
      height,
      style: { width: `${width}px`, height: `${height}px` },
      zIndex: 1 - levels,
    },
  ];
}

export function flowEdges(edges: readonly ShownEdge[], view: EditorView): Edge[] {
  return edges.map((edge) => ({
    id: `edge:${edge.id}`,
    source: edge.from,
    target: edge.to,
    sourceHandle: `out:${edge.from.startsWith(groupPrefix) ? '' : edge.sourcePort}`,
    targetHandle: `in:${targetPort(edge, view)}`,
    type: 'shape',
    data: { source: edge.source, reader: edge.reader, index: edge.index },
  }));
}

function targetPort({ to, reader, index }: ShownEdge, view: EditorView): number {
  if (to.startsWith(groupPrefix) || reader === undefined) return 0;
  const ports = layerOf(view.layer(reader)?.type ?? '')?.inputs.length ?? 1;
  return Math.min(index, Math.max(0, ports - 1));
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
