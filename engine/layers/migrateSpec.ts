// Brings specs of older versions up to the present one.
import type { Diagnostic } from '../ir/diagnostic.js';

type Migration = (spec: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** `migrations[n]` turns a spec of version n into one of version n + 1. Version 1 is the first. */
const migrations: Readonly<Record<number, Migration | undefined>> = {};

/** The document at version `to`, or a fault where its version is missing, newer, or too old. */
export function migrateSpec(
  json: unknown,
  to: number,
  steps: Readonly<Record<number, Migration | undefined>> = migrations,
): { readonly json: unknown } | { readonly fault: Diagnostic } {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return fault('spec.form', 'must be a JSON object with version, name, inputs, layers and outputs');
  let spec = json as Readonly<Record<string, unknown>>;
  const version = Object.hasOwn(spec, 'version') ? spec.version : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    return fault('spec.version', `version must be a whole number from 1 to ${to}, got ${describe(version)}`);
  if (version > to)
    return fault('spec.newer', `version ${version} is newer than ${to}, the newest known here; update Descent`);
  for (let from = version; from < to; from++) {
    const step = steps[from];
    if (!step) return fault('spec.version', `version ${from} can no longer be read`);
    spec = { ...step(spec), version: from + 1 };
  }
  return { json: spec };
}

function fault(code: string, sentence: string): { readonly fault: Diagnostic } {
  return { fault: { code, severity: 'error', message: `Model: ${sentence}`, place: { path: 'version' } } };
}

function describe(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : typeof value;
}
