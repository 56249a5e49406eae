// A model as JSON: what the editor edits, spec files hold and runs keep.
import * as z from 'zod';
import type { Diagnostic } from '../ir/diagnostic.js';
import { EngineError } from '../ir/diagnostic.js';
import { migrateSpec } from './migrateSpec.js';

export const modelSpecVersion = 1;

/** Bounds that keep a hostile spec from costing more than a moment. */
export const limits = {
  inputs: 16,
  outputs: 16,
  layers: 2000,
  rank: 8,
  dimension: 2 ** 24,
  /** Elements of all parameters and buffers together. */
  parameters: 2 ** 31,
  /** Elements of one constant that a layer makes (a table of positions, a mask). */
  constant: 2 ** 24,
} as const;

const identifier = z
  .string()
  .max(120)
  .regex(
    /^[A-Za-z_][\w-]*(\/[\w-]+)*$/,
    'must be letters, digits, _ and -, in parts joined by /, and not begin with a digit',
  );

const reference = z
  .string()
  .max(160)
  .regex(/^[A-Za-z_][\w-]*(\/[\w-]+)*(:[A-Za-z]\w*)?$/, "must be a layer or input id, as 'id' or 'id:output'");

const dimension = z.union([
  z.int().min(1).max(limits.dimension),
  z
    .string()
    .max(60)
    .regex(/^[A-Za-z_]\w*$/, 'must be a number or a name')
    .refine((name) => name !== 'batch', "must not be 'batch': shapes are those of one example"),
]);

const inputSchema = z.strictObject({
  id: identifier,
  /** Of one example, without the batch; a name stands for a size that varies (`length`). */
  shape: z.array(dimension).max(limits.rank - 1),
  dtype: z.enum(['float32', 'int64', 'int32', 'uint8', 'bool']).default('float32'),
});

const layerSchema = z.strictObject({
  id: identifier,
  type: z.string().max(60),
  /** Default: the layer before this one in the list, or the first input. */
  inputs: z.array(reference).max(64).optional(),
  /** Uses the tensors of another layer of the same type. */
  shareWith: identifier.optional(),
  options: z.record(z.string().max(60), z.json()).default({}),
  /** Its parameters are not trained. */
  frozen: z.boolean().default(false),
});

export const modelSpecSchema = z.strictObject({
  version: z.literal(modelSpecVersion),
  name: z.string().max(200),
  inputs: z.array(inputSchema).min(1).max(limits.inputs),
  layers: z.array(layerSchema).min(1).max(limits.layers),
  outputs: z.array(reference).min(1).max(limits.outputs),
});

export type ModelSpec = z.infer<typeof modelSpecSchema>;
/** What a person writes: defaults may be left out. */
export type ModelSpecSource = z.input<typeof modelSpecSchema>;
export type InputSpec = ModelSpec['inputs'][number];
export type LayerSpec = ModelSpec['layers'][number];

export interface ParsedSpec {
  readonly spec: ModelSpec | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the form of a spec (not yet its meaning: see `resolveModel`). Never throws; every fault has a path. */
export function parseModelSpec(json: unknown): ParsedSpec {
  const migrated = migrateSpec(json, modelSpecVersion);
  if ('fault' in migrated) return { spec: undefined, diagnostics: [migrated.fault] };
  const parsed = modelSpecSchema.safeParse(migrated.json);
  if (parsed.success) return { spec: parsed.data, diagnostics: [] };
  return {
    spec: undefined,
    diagnostics: parsed.error.issues.slice(0, 100).map((issue) => ({
      code: 'spec.form',
      severity: 'error',
      message: `Model: ${formatPath(issue.path) || 'the document'}: ${issue.message}`,
      place: { path: formatPath(issue.path), ...nodeOf(migrated.json, issue.path) },
    })),
  };
}

/** As {@link parseModelSpec}, for callers that cannot go on: throws `spec.invalid` with the diagnostics. */
export function readModelSpec(json: unknown): ModelSpec {
  const { spec, diagnostics } = parseModelSpec(json);
  if (!spec) throw faultsOf('spec.invalid', diagnostics);
  return spec;
}

/** One error for several diagnostics: the first sentence, and how many more there are. */
export function faultsOf(code: string, diagnostics: readonly Diagnostic[]): EngineError {
  const [first, ...rest] = diagnostics;
  const more = rest.length ? ` (and ${rest.length} more)` : '';
  return new EngineError(code, `${first?.message ?? 'Model: not valid'}${more}`, first?.place, diagnostics);
}

/** `layers[3].options.units` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text ? '.' : ''}${String(part)}`),
    '',
  );
}

/** The layer that a path leads into, so that the editor can paint it. */
function nodeOf(json: unknown, path: readonly PropertyKey[]): { node?: string } {
  const [list, index] = path;
  if (list !== 'layers' || typeof index !== 'number') return {};
  const id = (json as { layers?: { id?: unknown }[] }).layers?.[index]?.id;
  return typeof id === 'string' ? { node: id.slice(0, 120) } : {};
}
