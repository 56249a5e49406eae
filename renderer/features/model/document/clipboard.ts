// Layers on the clipboard are JSON text: they can be pasted into another model, into a chat, or into the JSON view.
import * as z from 'zod';
import { modelSpecSchema, modelSpecVersion, type LayerSpec } from '../../../../engine/layers/modelSpec.js';
import { freshCopyId } from './freshId.js';
import { idsOf, sourceId, sourcePort, type ModelDocument, type Position } from './modelDocument.js';

const clipSchema = z.object({
  descent: z.literal('layers'),
  version: z.literal(modelSpecVersion),
  layers: modelSpecSchema.shape.layers,
  places: z.record(z.string(), z.object({ x: z.number(), y: z.number() })).default({}),
});
export type Clip = z.infer<typeof clipSchema>;

/** The layers among `ids`, as text. */
export function copyText(document: ModelDocument, ids: ReadonlySet<string>): string {
  return JSON.stringify(clipOf(document, ids), null, 2);
}

function clipOf({ spec, layout }: ModelDocument, ids: ReadonlySet<string>): Clip {
  const layers = spec.layers.filter(({ id }) => ids.has(id));
  const places = Object.fromEntries(layers.flatMap(({ id }) => (layout.places[id] ? [[id, layout.places[id]]] : [])));
  return { descent: 'layers', version: modelSpecVersion, layers, places };
}

/** What `copyText` wrote; `undefined` for any other text. */
export function readClip(text: string): Clip | undefined {
  try {
    const parsed = clipSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export interface Pasted {
  readonly document: ModelDocument;
  readonly ids: readonly string[];
}

/**
 * Adds the layers under free ids. Connections and shares among them are kept; those to layers that this model has
 * go there, others are cut.
 */
export function paste(document: ModelDocument, clip: Clip, shift: Position): Pasted {
  const taken = idsOf(document.spec);
  const there = new Set(taken);
  const names = new Map<string, string>();
  for (const { id } of clip.layers) {
    const name = taken.has(id) ? freshCopyId(taken, id) : id;
    taken.add(name);
    names.set(id, name);
  }
  const layers = clip.layers.map((layer) => renamed(layer, names, there));
  const places = Object.entries(clip.places).map(
    ([id, { x, y }]) => [names.get(id) ?? id, { x: x + shift.x, y: y + shift.y }] as const,
  );
  const { spec, layout } = document;
  const all = [...spec.layers, ...layers];
  const outputs = spec.outputs.length === 0 && layers.length > 0 ? [layers.at(-1)!.id] : spec.outputs;
  return {
    ids: [...names.values()],
    document: {
      spec: { ...spec, layers: all, outputs },
      layout: { ...layout, places: { ...layout.places, ...Object.fromEntries(places) } },
    },
  };
}

function renamed(layer: LayerSpec, names: ReadonlyMap<string, string>, there: ReadonlySet<string>): LayerSpec {
  const { shareWith, ...own } = layer;
  const inputs = (layer.inputs ?? []).flatMap((reference) => {
    const id = sourceId(reference);
    const next = names.get(id) ?? (there.has(id) ? id : undefined);
    if (next === undefined) return [];
    const port = sourcePort(reference);
    return [port === '' ? next : `${next}:${port}`];
  });
  const owner =
    shareWith === undefined ? undefined : (names.get(shareWith) ?? (there.has(shareWith) ? shareWith : undefined));
  return { ...own, id: names.get(layer.id)!, inputs, ...(owner !== undefined && { shareWith: owner }) };
}

/** Copies beside the originals. */
export function duplicate(document: ModelDocument, ids: ReadonlySet<string>): Pasted {
  return paste(document, clipOf(document, ids), { x: 32, y: 32 });
}
