// Edits of connections, of the model's inputs and of its outputs.
import { layerOf } from '../../../../engine/layers/index.js';
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

/** Inputs that have names do not move up into others' places: those behind a gap are open as well. */
export function disconnect(document: ModelDocument, reader: string, index: number): ModelDocument {
  return mapLayer(document, new Set([reader]), (layer) => {
    const inputs = layer.inputs ?? [];
    const ports = layerOf(layer.type)?.inputs ?? [];
    const haveNames = ports.length > 1 && !ports.at(-1)!.variadic;
    return { ...layer, inputs: haveNames ? inputs.slice(0, index) : inputs.toSpliced(index, 1) };
  });
}

/** Layers that depend on a layer, itself included: it cannot read them. */
export function dependentsOf({ spec }: ModelDocument, id: string): ReadonlySet<string> {
  const readersOf = new Map<string, string[]>();
  for (const layer of spec.layers)
    for (const source of layer.inputs ?? []) {
      const readers = readersOf.get(sourceId(source));
      if (readers) readers.push(layer.id);
      else readersOf.set(sourceId(source), [layer.id]);
    }
  const found = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(readersOf.get(next) ?? []));
  }
  return found;
}

/** Whether `reader` reading `source` would make a layer depend on itself. */
export function wouldCycle(document: ModelDocument, source: string, reader: string): boolean {
  return dependentsOf(document, reader).has(sourceId(source));
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
