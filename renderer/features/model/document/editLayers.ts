// Edits of layers: adding, removing with bridging, renaming, options, sharing. All are pure: a document in, a document out.
import type { LayerSpec, ModelSpec } from '../../../../engine/layers/modelSpec.js';
import { baseName, freshId, groupOf } from './freshId.js';
import {
  idsOf,
  mapLayer,
  sourceId,
  sourcePort,
  withLayers,
  type ModelDocument,
  type Position,
} from './modelDocument.js';

/** Where a new layer goes. */
export type Insertion =
  /** Between this and all that read it. */
  | { readonly kind: 'after'; readonly source: string }
  /** Into one connection: input `index` of `reader`, or the model's output `index` where there is no reader. */
  | { readonly kind: 'edge'; readonly source: string; readonly reader: string | undefined; readonly index: number }
  /** Reads this, and nobody reads it yet. */
  | { readonly kind: 'branch'; readonly source: string }
  | { readonly kind: 'free' };

export interface NewLayer {
  readonly type: string;
  readonly options: LayerSpec['options'];
  /** Layers that take no input by themselves or several still read only the one. */
  readonly place?: Position;
}

export function addLayer(
  document: ModelDocument,
  { type, options, place }: NewLayer,
  insertion: Insertion,
): { readonly document: ModelDocument; readonly id: string } {
  const { spec } = document;
  const source = insertion.kind === 'free' ? undefined : insertion.source;
  const group = source === undefined ? '' : groupOf(sourceId(source));
  const id = freshId(idsOf(spec), baseName(type), group);
  const layer: LayerSpec = { id, type, options, frozen: false, inputs: source === undefined ? [] : [source] };
  const rerouted = reroute(spec, insertion, id);
  const at = source === undefined ? -1 : rerouted.layers.findIndex((other) => other.id === sourceId(source));
  const position = source === undefined ? rerouted.layers.length : at + 1;
  const layers = rerouted.layers.toSpliced(position, 0, layer);
  const outputs = rerouted.outputs.length === 0 ? [id] : rerouted.outputs;
  const places = place ? { ...document.layout.places, [id]: place } : document.layout.places;
  return {
    id,
    document: { spec: { ...rerouted, layers, outputs }, layout: { ...document.layout, places } },
  };
}

/** Readers of the insertion's source read the new layer instead. */
function reroute(spec: ModelSpec, insertion: Insertion, id: string): ModelSpec {
  if (insertion.kind === 'after')
    return mapReferences(spec, (reference) => (reference === insertion.source ? id : reference));
  if (insertion.kind !== 'edge') return spec;
  const { reader, index } = insertion;
  if (reader === undefined) return { ...spec, outputs: spec.outputs.with(index, id) };
  const layers = spec.layers.map((layer) =>
    layer.id === reader ? { ...layer, inputs: (layer.inputs ?? []).with(index, id) } : layer,
  );
  return { ...spec, layers };
}

/** Every reference of inputs and outputs; `undefined` drops it. */
export function mapReferences(spec: ModelSpec, change: (reference: string) => string | undefined): ModelSpec {
  const all = (references: readonly string[]): string[] => references.flatMap((one) => change(one) ?? []);
  return {
    ...spec,
    layers: spec.layers.map((layer) => {
      const inputs = all(layer.inputs ?? []);
      return inputs.join() === layer.inputs?.join() ? layer : { ...layer, inputs };
    }),
    outputs: [...new Set(all(spec.outputs))],
  };
}

/**
 * Removes layers and inputs; who read a layer reads what that layer read first. Connections to removed inputs are cut;
 * sharing with a removed layer ends.
 */
export function removeNodes(document: ModelDocument, ids: ReadonlySet<string>): ModelDocument {
  const { spec } = document;
  const removed = new Map(spec.layers.filter(({ id }) => ids.has(id)).map((layer) => [layer.id, layer]));
  const gone = new Set(spec.inputs.map(({ id }) => id).filter((id) => ids.has(id)));
  const bridge = (reference: string): string | undefined => {
    let target: string | undefined = reference;
    for (let steps = 0; target !== undefined && removed.has(sourceId(target)); steps++) {
      if (steps > spec.layers.length) return undefined;
      target = removed.get(sourceId(target))!.inputs?.[0];
    }
    return target === undefined || gone.has(sourceId(target)) ? undefined : target;
  };
  const bridged = mapReferences(spec, bridge);
  const inputIds = new Set(spec.inputs.map(({ id }) => id));
  const kept = {
    ...bridged,
    inputs: spec.inputs.filter(({ id }) => !gone.has(id)),
    layers: bridged.layers.filter(({ id }) => !removed.has(id)).map((layer) => unshared(layer, removed)),
    // A model whose output is its input says nothing.
    outputs: bridged.outputs.filter((output) => !inputIds.has(sourceId(output)) || spec.outputs.includes(output)),
  };
  return { spec: kept, layout: withoutPlaces(document, ids) };
}

function unshared(layer: LayerSpec, removed: ReadonlyMap<string, LayerSpec>): LayerSpec {
  if (layer.shareWith === undefined || !removed.has(layer.shareWith)) return layer;
  return ownTensors(layer);
}

function ownTensors(layer: LayerSpec): LayerSpec {
  const own = { ...layer };
  delete own.shareWith;
  return own;
}

function withoutPlaces({ layout }: ModelDocument, ids: ReadonlySet<string>): ModelDocument['layout'] {
  const places = Object.entries(layout.places).filter(([id]) => !ids.has(id));
  return { ...layout, places: Object.fromEntries(places) };
}

/** Renames layers or inputs wherever they are named; new ids must be free. */
export function renameNodes(document: ModelDocument, names: ReadonlyMap<string, string>): ModelDocument {
  const renamed = (id: string): string => names.get(id) ?? id;
  const reference = (text: string): string => {
    const port = sourcePort(text);
    return port === '' ? renamed(sourceId(text)) : `${renamed(sourceId(text))}:${port}`;
  };
  const spec = mapReferences(document.spec, reference);
  const places = Object.entries(document.layout.places).map(([id, place]) => [renamed(id), place] as const);
  return {
    spec: {
      ...spec,
      inputs: spec.inputs.map((input) => ({ ...input, id: renamed(input.id) })),
      layers: spec.layers.map((layer) => ({
        ...layer,
        id: renamed(layer.id),
        ...(layer.shareWith !== undefined && { shareWith: renamed(layer.shareWith) }),
      })),
    },
    layout: { ...document.layout, places: Object.fromEntries(places) },
  };
}

/** `undefined` takes the option away: it has its default then. */
export function setOption(
  document: ModelDocument,
  ids: ReadonlySet<string>,
  name: string,
  value: LayerSpec['options'][string] | undefined,
): ModelDocument {
  return mapLayer(document, ids, (layer) => {
    if (value !== undefined) return { ...layer, options: { ...layer.options, [name]: value } };
    const others = Object.entries(layer.options).filter(([other]) => other !== name);
    return { ...layer, options: Object.fromEntries(others) };
  });
}

export function setFrozen(document: ModelDocument, ids: ReadonlySet<string>, frozen: boolean): ModelDocument {
  return mapLayer(document, ids, (layer) => ({ ...layer, frozen }));
}

/** `undefined`: tensors of its own again. */
export function shareWeights(document: ModelDocument, id: string, owner: string | undefined): ModelDocument {
  return mapLayer(document, new Set([id]), (layer) =>
    owner === undefined ? ownTensors(layer) : { ...layer, shareWith: owner },
  );
}

/** Another layer in its place: the connections stay, options that both know as well. */
export function setType(
  document: ModelDocument,
  id: string,
  type: string,
  options: LayerSpec['options'],
): ModelDocument {
  const ended = withLayers(
    document,
    document.spec.layers.map((layer) => (layer.shareWith === id ? unshared(layer, new Map([[id, layer]])) : layer)),
  );
  return mapLayer(ended, new Set([id]), (layer) => ({ ...ownTensors(layer), type, options }));
}
