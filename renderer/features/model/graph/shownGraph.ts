// What the editor draws of a document: nodes with sizes, edges with ends, frames around expanded groups.
import { layerOf } from '../../../../engine/layers/index.js';
import { collapsedGroup, groupsOf } from '../document/groups.js';
import { sourceId, sourcePort, type ModelDocument } from '../document/modelDocument.js';

export type NodeKind = 'input' | 'layer' | 'output' | 'group';

export interface ShownNode {
  /** The layer's or input's id; `output:<index>`; `group:<path>`. */
  readonly id: string;
  readonly kind: NodeKind;
  /** Of a layer: its type. */
  readonly layerType?: string;
  readonly width: number;
  readonly height: number;
}

export interface ShownEdge {
  readonly id: string;
  /** Ids of nodes as they are shown. */
  readonly from: string;
  readonly to: string;
  /** The reference as it stands in the spec. */
  readonly source: string;
  readonly sourcePort: string;
  /** The layer that reads it, at `index`; `undefined` where it is the model's output `index`. */
  readonly reader: string | undefined;
  readonly index: number;
  /** The port of the node that is shown: several references go into one that takes any number. */
  readonly targetPort: number;
  /** Goes into an input that could stay open: a mask, a state. */
  readonly isOptional: boolean;
}

export interface ShownFrame {
  readonly path: string;
  /** Ids of shown nodes inside. */
  readonly members: readonly string[];
}

export interface ShownGraph {
  readonly nodes: readonly ShownNode[];
  readonly edges: readonly ShownEdge[];
  readonly frames: readonly ShownFrame[];
}

export const outputPrefix = 'output:';
export const groupPrefix = 'group:';

const sizes = {
  layer: { width: 216, height: 64 },
  /** Layers without options have no line for them. */
  plain: { width: 216, height: 46 },
  input: { width: 148, height: 40 },
  output: { width: 116, height: 32 },
  group: { width: 216, height: 64 },
} as const;

export function shownGraph(document: ModelDocument): ShownGraph {
  const { spec, layout } = document;
  const collapsed = new Set(layout.collapsed);
  const shown = (id: string): string => {
    const path = collapsedGroup(id, collapsed);
    return path === '' ? id : `${groupPrefix}${path}`;
  };
  const ids = spec.layers.map(({ id }) => id);
  const collapsedPaths = new Set(ids.map((id) => collapsedGroup(id, collapsed)).filter((path) => path !== ''));
  const nodes: ShownNode[] = [
    ...spec.inputs.map(({ id }) => ({ id, kind: 'input' as const, ...sizes.input })),
    ...spec.layers.filter(({ id }) => shown(id) === id).map(({ id, type }) => layerNode(id, type)),
    ...[...collapsedPaths].map((path) => ({ id: `${groupPrefix}${path}`, kind: 'group' as const, ...sizes.group })),
    ...spec.outputs.map((_, index) => ({ id: `${outputPrefix}${index}`, kind: 'output' as const, ...sizes.output })),
  ];
  const frames = groupsOf(ids)
    .filter(({ path }) => !collapsed.has(path) && collapsedGroup(path, collapsed) === '')
    .map(({ path, members }) => ({ path, members: [...new Set(members.map(shown))] }));
  return { nodes, edges: edgesOf(document, shown, new Set(nodes.map(({ id }) => id))), frames };
}

function layerNode(id: string, type: string): ShownNode {
  const hasOptions = Object.keys(layerOf(type)?.options ?? { unknown: true }).length > 0;
  return { id, kind: 'layer', layerType: type, ...(hasOptions ? sizes.layer : sizes.plain) };
}

/** Connections inside a collapsed group are not drawn; several between two groups are drawn once. */
function edgesOf(
  { spec }: ModelDocument,
  shown: (id: string) => string,
  known: ReadonlySet<string>,
): readonly ShownEdge[] {
  const edges: ShownEdge[] = [];
  const drawn = new Set<string>();
  const optional = new Set(
    spec.layers.flatMap(({ id, type }) =>
      (layerOf(type)?.inputs ?? []).flatMap((port, index) => (port.optional ? [`${id}#${index}`] : [])),
    ),
  );
  const ports = new Map(spec.layers.map(({ id, type }) => [id, layerOf(type)?.inputs.length ?? 1]));
  const targetPort = (to: string, index: number): number => Math.min(index, Math.max(0, (ports.get(to) ?? 1) - 1));
  const add = (source: string, reader: string | undefined, index: number): void => {
    const from = shown(sourceId(source));
    const to = reader === undefined ? `${outputPrefix}${index}` : shown(reader);
    if (from === to || !known.has(from)) return;
    if (to.startsWith(groupPrefix) || (reader === undefined && from.startsWith(groupPrefix))) {
      const key = `${source} ${to}`;
      if (drawn.has(key)) return;
      drawn.add(key);
    }
    const id = reader === undefined ? `${outputPrefix}${index}` : `${reader}#${index}`;
    const isOptional = optional.has(id);
    const ends = { from, to, source, sourcePort: sourcePort(source), reader, index, targetPort: targetPort(to, index) };
    edges.push({ id, ...ends, isOptional });
  };
  for (const layer of spec.layers) layer.inputs?.forEach((source, index) => add(source, layer.id, index));
  spec.outputs.forEach((source, index) => add(source, undefined, index));
  return edges;
}
