// Drafts of models as text: what is being edited, kept apart from what was saved.
import type { ModelSpec } from '../../../engine/layers/modelSpec.js';
import { openDocument, type ModelDocument } from './document/modelDocument.js';

export function draftText({ spec, layout }: ModelDocument): string {
  return JSON.stringify({ version: 1, spec, layout });
}

/** `undefined` for what cannot be read: the saved model is shown then. A draft may have faults, even of its form. */
export function readDraft(text: string): ModelDocument | undefined {
  try {
    const { spec, layout } = JSON.parse(text) as { spec?: unknown; layout?: unknown };
    return isSpecLike(spec) ? openDocument(spec, layout) : undefined;
  } catch {
    return undefined;
  }
}

function isSpecLike(json: unknown): json is ModelSpec {
  if (typeof json !== 'object' || json === null) return false;
  const { inputs, layers, outputs, name } = json as Partial<Record<keyof ModelSpec, unknown>>;
  const isNamed = (item: unknown): boolean => typeof (item as { id?: unknown } | null)?.id === 'string';
  return (
    typeof name === 'string' &&
    Array.isArray(inputs) &&
    Array.isArray(layers) &&
    Array.isArray(outputs) &&
    [...(inputs as unknown[]), ...(layers as unknown[])].every(isNamed) &&
    outputs.every((output) => typeof output === 'string')
  );
}
