// What the editor shows of a session: nodes and edges that change only when the structure does, their places, their descriptions.
import { computed, inject, shallowRef, watch, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue';
import type { Diagnostic } from '../../../../engine/ir/diagnostic.js';
import type { LayerDescription } from '../../../../engine/layers/describeModel.js';
import type { InputSpec, LayerSpec } from '../../../../engine/layers/modelSpec.js';
import type { Flow } from '../describe/fits.js';
import { sourceId, sourcePort, type Position } from '../document/modelDocument.js';
import { fillPlaces, layOut, type Rectangle } from '../graph/layoutGraph.js';
import { groupPrefix, shownGraph, type ShownGraph } from '../graph/shownGraph.js';
import type { ModelSession } from '../modelSession.js';

export interface EditorView {
  readonly session: ModelSession;
  readonly graph: ShallowRef<ShownGraph>;
  readonly places: ComputedRef<ReadonlyMap<string, Position>>;
  /** Where all nodes lie, with their sizes. */
  readonly boxes: ComputedRef<readonly Rectangle[]>;
  /** Whether nodes lie where they were put, rather than where the layout puts them. */
  readonly isArranged: ComputedRef<boolean>;
  layer(id: string): LayerSpec | undefined;
  input(id: string): InputSpec | undefined;
  described(id: string): LayerDescription | undefined;
  faults(id: string): readonly Diagnostic[];
  /** What flows out of a reference, where it is known. */
  flow(reference: string): Flow | undefined;
}

export const editorKey: InjectionKey<EditorView> = Symbol('model editor');

export function useEditorView(): EditorView {
  const view = inject(editorKey);
  if (!view) throw new Error('useEditorView: it is for components inside the model editor');
  return view;
}

/** The same for all that have none: what shows them is not drawn anew with every letter typed. */
const none: readonly Diagnostic[] = [];

export function makeEditorView(session: ModelSession): EditorView {
  const { document, description, faultsByNode } = session;
  const graph = shallowRef(shownGraph(document.value));
  let key = keyOf(graph.value);
  watch(
    document,
    (next) => {
      const shown = shownGraph(next);
      const nextKey = keyOf(shown);
      if (nextKey === key) return;
      key = nextKey;
      graph.value = shown;
    },
    { flush: 'sync' },
  );
  const kept = computed(() => document.value.layout.places);
  const direction = computed(() => document.value.layout.direction);
  const isArranged = computed(() => Object.keys(kept.value).length > 0);
  const places = computed(() =>
    isArranged.value ? fillPlaces(graph.value, kept.value, direction.value) : layOut(graph.value, direction.value),
  );
  const boxes = computed(() =>
    graph.value.nodes.flatMap(({ id, width, height }) => {
      const place = places.value.get(id);
      return place ? [{ ...place, width, height }] : [];
    }),
  );
  const layers = computed(() => new Map(document.value.spec.layers.map((layer) => [layer.id, layer])));
  const inputs = computed(() => new Map(document.value.spec.inputs.map((input) => [input.id, input])));
  const descriptions = computed(() => new Map(description.value.layers.map((layer) => [layer.id, layer])));
  const groupFaults = (path: string): Diagnostic[] =>
    [...faultsByNode.value].flatMap(([id, faults]) => (id.startsWith(`${path}/`) ? faults : []));
  return {
    session,
    graph,
    places,
    boxes,
    isArranged,
    layer: (id) => layers.value.get(id),
    input: (id) => inputs.value.get(id),
    described: (id) => descriptions.value.get(id),
    faults: (id) =>
      id.startsWith(groupPrefix) ? groupFaults(id.slice(groupPrefix.length)) : (faultsByNode.value.get(id) ?? none),
    flow: (reference) => {
      const input = inputs.value.get(sourceId(reference));
      if (input) return { dtype: input.dtype, shape: input.shape };
      const outputs = descriptions.value.get(sourceId(reference))?.outputs;
      const port = sourcePort(reference);
      return port === '' ? outputs?.[0] : outputs?.find(({ name }) => name === port);
    },
  };
}

/** Equal for documents that are drawn alike, whatever their options. */
function keyOf({ nodes, edges, frames }: ShownGraph): string {
  return JSON.stringify([
    nodes.map(({ id, layerType }) => [id, layerType]),
    edges.map(({ id, source, targetPort }) => [id, source, targetPort]),
    frames.map(({ path, members }) => [path, members]),
  ]);
}
