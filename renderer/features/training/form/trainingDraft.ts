// A training that is being put together: what was chosen, and which settings differ from those that the data suggests. Kept as a draft.
import { z } from 'zod';
import { backendNames, objectiveNames, type TrainRequest } from '../../../../contract/training.js';

const optionValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]);
const typedSchema = z.object({ type: z.string(), options: z.record(z.string(), optionValue).default({}) });
const warmupSchema = z.object({
  length: z.number(),
  unit: z.enum(['steps', 'epochs']),
  startFactor: z.number().optional(),
});

/** Settings as the form edits them: engine/training/settings.ts; null where a default is switched off. */
const settingsSchema = z.looseObject({
  epochs: z.number(),
  batch: z.number(),
  optimizer: typedSchema,
  learningRate: z.number(),
  schedule: typedSchema.extend({ warmup: warmupSchema.optional() }),
  loss: typedSchema,
  metrics: z.array(typedSchema),
  clip: z.object({ by: z.enum(['norm', 'value']), limit: z.number() }).nullish(),
  average: z.object({ decay: z.number() }).nullish(),
  recompute: z.boolean(),
  precision: z.enum(['float32', 'float16']),
  bestBy: z.string(),
  earlyStopping: z.object({ metric: z.string().optional(), patience: z.number() }).nullish(),
  keep: z.enum(['last', 'best']),
});
export type FormSettings = z.infer<typeof settingsSchema>;
/** Those that differ from the defaults. */
export type ChangedSettings = TrainingDraft['changes'];
export type TypedChoice = z.infer<typeof typedSchema>;
export type OptionValue = z.infer<typeof optionValue>;
export type SettingName = keyof FormSettings;

const modelSchema = z.discriminatedUnion('kind', [
  /** The example's own, or a modest one for the data. */
  z.object({ kind: z.literal('default') }),
  z.object({ kind: z.literal('saved'), id: z.string() }),
  z.object({ kind: z.literal('template'), name: z.string() }),
  /** As a run had it. */
  z.object({ kind: z.literal('given'), name: z.string(), spec: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('onnx'), file: z.string(), freeze: z.array(z.string()), replaceHead: z.boolean() }),
]);
export type ModelChoice = z.infer<typeof modelSchema>;

export const draftSchema = z.object({
  data: z.string().nullable(),
  target: z.string().nullable(),
  /** null: what the model looks made for. */
  objective: z.enum(objectiveNames).nullable().default(null),
  model: modelSchema,
  name: z.string(),
  /** Settings that differ from the defaults. */
  changes: settingsSchema.partial(),
  seed: z.number(),
  backend: z.enum(backendNames),
  threads: z.number().nullable(),
  checkpointSeconds: z.number().nullable(),
  keepCheckpoints: z.number().nullable(),
  augments: z.boolean(),
  showsMore: z.boolean(),
});
export type TrainingDraft = z.infer<typeof draftSchema>;

export function emptyDraft(): TrainingDraft {
  return {
    data: null,
    target: null,
    objective: null,
    model: { kind: 'default' },
    name: '',
    changes: {},
    seed: 0,
    backend: 'auto',
    threads: null,
    checkpointSeconds: null,
    keepCheckpoints: null,
    augments: true,
    showsMore: false,
  };
}

/** What came from the main side, as settings of the form; undefined for what is none. */
export function readSettings(given: unknown): FormSettings | undefined {
  const parsed = settingsSchema.safeParse(given);
  return parsed.success ? parsed.data : undefined;
}

export function effectiveSettings(defaults: FormSettings, changes: ChangedSettings): FormSettings {
  // What is there has a value: JSON knows no undefined.
  return { ...defaults, ...(changes as Partial<FormSettings>) };
}

/** The changes with one setting more; one that is as its default again is no change. Without defaults every one is. */
export function withChange<K extends SettingName>(
  changes: ChangedSettings,
  defaults: FormSettings | undefined,
  name: K,
  value: FormSettings[K],
): ChangedSettings {
  const rest = Object.fromEntries(Object.entries(changes).filter(([key]) => key !== name)) as ChangedSettings;
  return defaults && isSame(value, defaults[name]) ? rest : { ...rest, [name]: value };
}

/** The changes against other defaults: what is as they say is none. */
export function withDefaults(changes: ChangedSettings, defaults: FormSettings): ChangedSettings {
  const names = Object.keys(changes).filter((name) => isSame(changes[name], defaults[name]));
  return without(changes, names);
}

export function without(changes: ChangedSettings, names: readonly SettingName[]): ChangedSettings {
  const kept = Object.entries(changes).filter(([key]) => !names.includes(key));
  return Object.fromEntries(kept);
}

function isSame(one: unknown, other: unknown): boolean {
  return canonical(one ?? null) === canonical(other ?? null);
}

/** JSON with the keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

/** Another optimizer: its options start anew, and so does a learning rate that was not chosen by hand. */
export function withOptimizer(
  changes: ChangedSettings,
  defaults: FormSettings,
  type: string,
  usualRates: ReadonlyMap<string, number>,
): ChangedSettings {
  const before = effectiveSettings(defaults, changes);
  const isUsual = changes.learningRate === undefined || changes.learningRate === usualRates.get(before.optimizer.type);
  const optimizer = type === defaults.optimizer.type ? defaults.optimizer : { type, options: {} };
  const next = withChange(changes, defaults, 'optimizer', optimizer);
  if (!isUsual) return next;
  const rate = type === defaults.optimizer.type ? defaults.learningRate : (usualRates.get(type) ?? before.learningRate);
  return withChange(next, defaults, 'learningRate', rate);
}

/** For data of another task: what goes by the task is as the new defaults say. */
export const taskSettings = ['loss', 'metrics', 'bestBy', 'earlyStopping'] as const satisfies SettingName[];

/** What the draft's model is once it has been read. */
export interface ReadModel {
  readonly name: string;
  /** undefined: that of the data, or a file. */
  readonly spec?: Readonly<Record<string, unknown>> | undefined;
}

/** The request; `settings` are all in force, so that later defaults do not reach it. */
export function requestOf(
  draft: TrainingDraft,
  settings: FormSettings,
  model: ReadModel,
  more: { readonly name: string; readonly augmentation: unknown; readonly objective?: TrainRequest['objective'] },
): TrainRequest | undefined {
  if (draft.data === null) return undefined;
  return {
    data: draft.data,
    name: more.name.slice(0, 200),
    modelName: model.name,
    // It goes beside the settings: it belongs to the data.
    settings: without(settings, ['augmentation']),
    seed: draft.seed,
    backend: draft.backend,
    ...(draft.target !== null && { target: draft.target }),
    ...(more.objective && { objective: more.objective }),
    ...(model.spec && { model: { ...model.spec } }),
    ...(draft.threads !== null && { threads: draft.threads }),
    ...(draft.checkpointSeconds !== null && { checkpointSeconds: draft.checkpointSeconds }),
    ...(draft.keepCheckpoints !== null && { keepCheckpoints: draft.keepCheckpoints }),
    ...(draft.model.kind === 'onnx' && {
      fineTune: { file: draft.model.file, freeze: draft.model.freeze, replaceHead: draft.model.replaceHead },
    }),
    augmentation: isPipeline(more.augmentation) && draft.augments ? more.augmentation : null,
  };
}

function isPipeline(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The draft that repeats a run. Single settings of a command line stand beside whole ones. */
export function draftOfRequest(request: TrainRequest, defaults: FormSettings, name: string): TrainingDraft {
  const { epochs, batch, learningRate, precision, optimizer, schedule, loss, fineTune } = request;
  const given: ChangedSettings = {
    ...(request.settings as ChangedSettings | undefined),
    ...(epochs !== undefined && { epochs }),
    ...(batch !== undefined && { batch }),
    ...(learningRate !== undefined && { learningRate }),
    ...(precision !== undefined && { precision }),
    ...(optimizer !== undefined && { optimizer: { type: optimizer, options: {} } }),
    ...(schedule !== undefined && { schedule: { type: schedule, options: {} } }),
    ...(loss !== undefined && { loss: { type: loss, options: {} } }),
  };
  let changes: ChangedSettings = {};
  for (const [key, value] of Object.entries(given)) changes = withChange(changes, defaults, key, value);
  return {
    ...emptyDraft(),
    data: request.data,
    target: request.target ?? null,
    objective: request.objective ?? null,
    name,
    changes,
    seed: request.seed,
    backend: request.backend,
    threads: request.threads ?? null,
    checkpointSeconds: request.checkpointSeconds ?? null,
    keepCheckpoints: request.keepCheckpoints ?? null,
    augments: request.augmentation !== null,
    model: fineTune
      ? { kind: 'onnx', ...fineTune }
      : request.model
        ? { kind: 'given', name: request.modelName ?? 'model', spec: request.model }
        : { kind: 'default' },
  };
}
