// Edits of connections, of the model's inputs and of its outputs.
import type { InputSpec } from '../../../../engine/layers/modelSpec.js';
import { freshId } from './freshId.js';
import { idsOf, mapLayer, sourceId, type ModelDocument } from './modelDocument.js';

/** Input `index` of `reader` takes `source`; beyond its inputs it gets one more. */
export function connect(document: ModelDocument, source: string, reader: string, index: number): ModelDocument {
  return mapLayer(document, new Set([reader]), (layer) => {
    const inputs = layer.inputs ?? [];
    return { ...layer, inputs: index < inputs.length ? inputs.with(index, source) : [...inputs, source] };
  });
}

export function disconnect(document: ModelDocument, reader: string, index: number): ModelDocument {
  return mapLayer(document, new Set([reader]), (layer) => ({
    ...layer,
    inputs: (layer.inputs ?? []).toSpliced(index, 1),
  }));
}

/** Whether `reader` reading `source` would make a layer depend on itself. */
export function wouldCycle({ spec }: ModelDocument, source: string, reader: string): boolean {
  const inputsOf = new Map(spec.layers.map(({ id, inputs = [] }) => [id, inputs.map(sourceId)]));
  const seen = new Set<string>();
  const waiting = [sourceId(source)];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === reader) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(inputsOf.get(id) ?? []));
  }
  return false;
}

/** Output `index` of the model; beyond the last one more. The same one twice is one. */
export function setOutput(document: ModelDocument, index: number, source: string): ModelDocument {
  const { outputs } = document.spec;
  const next = index < outputs.length ? outputs.with(index, source) : [...outputs, source];
  return { ...document, spec: { ...document.spec, outputs: [...new Set(next)] } };
}

export function removeOutput(document: ModelDocument, index: number): ModelDocument {
  return { ...document, spec: { ...document.spec, outputs: document.spec.outputs.toSpliced(index, 1) } };
}

export function setInput(document: ModelDocument, id: string, change: Partial<InputSpec>): ModelDocument {
  const inputs = document.spec.inputs.map((input) => (input.id === id ? { ...input, ...change } : input));
  return { ...document, spec: { ...document.spec, inputs } };
}

/** A further input of the model, of one number an example until it is told otherwise. */
export function addInput(document: ModelDocument): { readonly document: ModelDocument; readonly id: string } {
  const { spec } = document;
  const id = spec.inputs.length === 0 ? 'x' : freshId(idsOf(spec), 'input');
  const inputs = [...spec.inputs, { id, shape: [1], dtype: 'float32' as const }];
  return { id, document: { ...document, spec: { ...spec, inputs } } };
}
