// What the editor edits: a ModelSpec with every connection written out, and beside it where its nodes lie.
import { modelSpecVersion, type LayerSpec, type ModelSpec } from '../../../../engine/layers/modelSpec.js';

export interface Position {
  readonly x: number;
  readonly y: number;
}

export type Direction = 'down' | 'right';

export interface Layout {
  readonly direction: Direction;
  /** Of nodes that were moved by hand or laid out before, by id; outputs are `output:<index>`, groups `group:<path>`. */
  readonly places: Readonly<Record<string, Position>>;
  /** Paths of groups that are drawn as one node: `block1`. */
  readonly collapsed: readonly string[];
}

export interface ModelDocument {
  readonly spec: ModelSpec;
  readonly layout: Layout;
}

export const emptyLayout: Layout = { direction: 'down', places: {}, collapsed: [] };

/** The editor's form of a spec: layers that took the one before them by default name it. */
export function withExplicitInputs(spec: ModelSpec): ModelSpec {
  const [first] = spec.inputs;
  const layers = spec.layers.map((layer, index): LayerSpec => {
    if (layer.inputs) return layer;
    const before = index ? spec.layers[index - 1]!.id : first?.id;
    return { ...layer, inputs: before === undefined ? [] : [before] };
  });
  return { ...spec, layers };
}

/** The short form that people read and write: what has its default is left out. */
export function shortForm(spec: ModelSpec): object {
  return {
    version: modelSpecVersion,
    name: spec.name,
    inputs: spec.inputs.map(({ id, shape, dtype }) => ({ id, shape, ...(dtype !== 'float32' && { dtype }) })),
    layers: spec.layers.map((layer, index) => {
      const { id, type, inputs, shareWith, options, frozen } = layer;
      const before = index ? spec.layers[index - 1]!.id : spec.inputs[0]?.id;
      return {
        id,
        type,
        ...(!(inputs?.length === 1 && inputs[0] === before) && { inputs }),
        ...(shareWith !== undefined && { shareWith }),
        ...(Object.keys(options).length > 0 && { options }),
        ...(frozen && { frozen }),
      };
    }),
    outputs: spec.outputs,
  };
}

/** Reads a layout that was kept; what it is not understood is as if nothing had been kept. */
export function readLayout(json: unknown): Layout {
  if (typeof json !== 'object' || json === null) return emptyLayout;
  const { direction, places, collapsed } = json as Partial<Record<keyof Layout, unknown>>;
  return {
    direction: direction === 'right' ? 'right' : 'down',
    places: readPlaces(places),
    collapsed: Array.isArray(collapsed) ? collapsed.filter((path) => typeof path === 'string') : [],
  };
}

function readPlaces(json: unknown): Record<string, Position> {
  if (typeof json !== 'object' || json === null) return {};
  const places = Object.entries(json as Record<string, unknown>).flatMap(([id, place]) => {
    if (typeof place !== 'object' || place === null) return [];
    const { x, y } = place as Partial<Record<'x' | 'y', unknown>>;
    return Number.isFinite(x) && Number.isFinite(y) ? [[id, { x, y } as Position] as const] : [];
  });
  return Object.fromEntries(places);
}

export function openDocument(spec: ModelSpec, layout: unknown): ModelDocument {
  return { spec: withExplicitInputs(spec), layout: readLayout(layout) };
}

/** A model with an input and nothing else. */
export function emptySpec(name: string): ModelSpec {
  return {
    version: modelSpecVersion,
    name,
    inputs: [{ id: 'x', shape: [1], dtype: 'float32' }],
    layers: [],
    outputs: [],
  };
}

export function layerById({ spec }: ModelDocument, id: string): LayerSpec | undefined {
  return spec.layers.find((layer) => layer.id === id);
}

/** `id:name` → `id` */
export function sourceId(reference: string): string {
  const colon = reference.indexOf(':');
  return colon < 0 ? reference : reference.slice(0, colon);
}

/** `id:name` → `name`; empty for the first output. */
export function sourcePort(reference: string): string {
  const colon = reference.indexOf(':');
  return colon < 0 ? '' : reference.slice(colon + 1);
}

export function idsOf({ inputs, layers }: ModelSpec): Set<string> {
  return new Set([...inputs.map(({ id }) => id), ...layers.map(({ id }) => id)]);
}

/** Changes the layers alone. */
export function withLayers(document: ModelDocument, layers: readonly LayerSpec[]): ModelDocument {
  return { ...document, spec: { ...document.spec, layers: [...layers] } };
}

export function mapLayer(
  document: ModelDocument,
  ids: ReadonlySet<string>,
  change: (layer: LayerSpec) => LayerSpec,
): ModelDocument {
  return withLayers(
    document,
    document.spec.layers.map((layer) => (ids.has(layer.id) ? change(layer) : layer)),
  );
}
