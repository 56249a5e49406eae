// The form of a training: its draft, what the data suggests, the request that follows, and what the main side says of it.
import { computed, inject, provide, ref, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue';
import { z } from 'zod';
import type { DatasetSummary } from '../../../../contract/services/datasets.js';
import type { MachineReport } from '../../../../contract/services/devices.js';
import type { TrainingCatalogue } from '../../../../contract/services/training.js';
import { trainRequestSchema, type TrainRequest } from '../../../../contract/training.js';
import { useServices } from '../../../services.js';
import { savedState, type SavedState } from '../../../stores/savedState.js';
import { useAnswer } from '../../../stores/useAnswer.js';
import { trainingTexts } from '../../../texts/training.js';
import { useDatasetList } from '../../data/datasetList.js';
import type { ModelLook } from './readModel.js';
import {
  draftOfRequest,
  draftSchema,
  effectiveSettings,
  emptyDraft,
  readSettings,
  requestOf,
  withChange,
  without,
  type FormSettings,
  type ModelChoice,
  type SettingName,
  type TrainingDraft,
} from './trainingDraft.js';
import { useForecast, type Forecast } from './useForecast.js';
import { useFormSources, type FormSources } from './useFormSources.js';

export interface TrainingForm extends FormSources {
  readonly draft: Ref<TrainingDraft>;
  readonly catalogue: Readonly<ShallowRef<TrainingCatalogue | undefined>>;
  /** In force; undefined until the data is known. */
  readonly settings: ComputedRef<FormSettings | undefined>;
  /** What a panel was opened with is being put into the draft. */
  readonly isTaking: Readonly<Ref<boolean>>;
  readonly dataset: ComputedRef<DatasetSummary | undefined>;
  readonly devices: Readonly<ShallowRef<MachineReport | undefined>>;
  readonly suggestedName: ComputedRef<string>;
  /** undefined where something is missing, and while what it is made of is being read. */
  readonly request: ComputedRef<TrainRequest | undefined>;
  readonly forecast: Forecast;
  readonly isChanged: (name: SettingName) => boolean;
  readonly set: <K extends SettingName>(name: K, value: FormSettings[K]) => void;
  readonly reset: (...names: readonly SettingName[]) => void;
  readonly resetAll: () => void;
  readonly startOver: () => Promise<void>;
  /** Puts what a panel was opened with into the draft. */
  readonly take: (parameters: TakenParameters) => Promise<void>;
}

export interface TakenParameters {
  readonly data?: unknown;
  readonly model?: unknown;
  /** A run to repeat. */
  readonly run?: unknown;
  /** A model file to fine-tune. */
  readonly onnx?: unknown;
}

export const trainingFormKey: InjectionKey<TrainingForm> = Symbol('training form');

/** @throws Error outside of the panel that provides it */
export function useForm(): TrainingForm {
  const form = inject(trainingFormKey);
  if (!form) throw new Error('useForm: it is for parts of the form');
  return form;
}

export function provideTrainingForm(): TrainingForm {
  const form = makeTrainingForm();
  provide(trainingFormKey, form);
  return form;
}

function makeTrainingForm(): TrainingForm {
  const saved = savedState('draft/training', draftSchema, emptyDraft);
  const draft = saved.value;
  const list = useDatasetList();
  const { catalogue, devices } = useChoices();
  const dataset = computed(() => list.all.find(({ id }) => id === draft.value.data));
  const sources = useFormSources(saved);
  const { defaults, model, objective, augmentation } = sources;
  const { take, isTaking } = useTaking(saved);
  const isLoading = computed(() => sources.isLoading.value || isTaking.value);

  const settings = computed(() => defaults.value && effectiveSettings(defaults.value, draft.value.changes));
  const suggestedName = computed(() => {
    const data = dataset.value?.title ?? draft.value.data ?? '';
    const rebuilt = objective.value === 'reconstruct' ? trainingTexts.learns.autoencoder : undefined;
    const own = draft.value.model.kind === 'default' ? rebuilt : model.value?.name;
    if (own === undefined) return data;
    // Models of templates are called after the data that they were made for.
    return own.includes(data) ? own : `${data}, ${own}`;
  });
  const request = computed(() => {
    if (isLoading.value || !settings.value || !model.value || !objective.value) return undefined;
    const name = draft.value.name.trim() || suggestedName.value;
    const more = { name, augmentation: augmentation.value, objective: objective.value };
    const made = requestOf(draft.value, settings.value, model.value, more);
    // Numbers that the request itself bounds (a seed): the field says so.
    return made && trainRequestSchema.safeParse(made).success ? made : undefined;
  });
  return {
    ...sources,
    draft,
    dataset,
    catalogue: catalogue.value,
    devices: devices.value,
    fault: computed(() => catalogue.fault.value ?? sources.fault.value),
    reload: () => {
      if (catalogue.fault.value) catalogue.reload();
      sources.reload();
    },
    settings,
    suggestedName,
    request,
    forecast: useForecast(request, isLoading),
    isTaking,
    isLoading,
    isChanged: (name) => name in draft.value.changes,
    set: (name, value) => {
      // What is a change is known once the defaults are.
      const known = isLoading.value ? undefined : defaults.value;
      draft.value.changes = withChange(draft.value.changes, known, name, value);
    },
    reset: (...names) => (draft.value.changes = without(draft.value.changes, names)),
    resetAll: () => (draft.value.changes = {}),
    startOver: () => saved.clear(),
    take,
  };
}

/** What there is to choose from, whatever the data. */
function useChoices() {
  const { training, devices } = useServices();
  const nothing = (): object => ({});
  return {
    catalogue: useAnswer(nothing, () => training.catalogue({})),
    // Without it the devices are told apart when the run starts.
    devices: useAnswer(nothing, () => devices.list({})),
  };
}

function useTaking({ value: draft, loaded }: SavedState<TrainingDraft>): Pick<TrainingForm, 'take' | 'isTaking'> {
  const isTaking = ref(false);
  const take = async (parameters: TakenParameters): Promise<void> => {
    isTaking.value = true;
    try {
      await loaded;
      draft.value = await takenInto(draft.value, parameters);
    } finally {
      isTaking.value = false;
    }
  };
  return { take, isTaking };
}

/** The draft with what a panel was opened with. */
async function takenInto(draft: TrainingDraft, { data, model, run, onnx }: TakenParameters): Promise<TrainingDraft> {
  if (typeof run === 'string') return repeated(run, draft);
  const next =
    typeof data === 'string' && data !== draft.data
      ? { ...draft, data, target: null, objective: null, name: '' }
      : draft;
  if (typeof model === 'string') return { ...next, objective: null, model: { kind: 'saved', id: model } };
  if (typeof onnx === 'string') return { ...next, model: { kind: 'onnx', file: onnx, freeze: [], replaceHead: true } };
  // A model for other data would hardly fit.
  return next === draft ? draft : { ...next, model: { kind: 'default' } };
}

async function repeated(run: string, draft: TrainingDraft): Promise<TrainingDraft> {
  const { training, runs } = useServices();
  const details = await runs.details({ run });
  const asked = trainRequestSchema.parse(details.request);
  const { data, target, fineTune } = asked;
  const objective = asked.objective ?? (reconstructs(details.specification) ? 'reconstruct' : 'predict');
  const found = await training.defaults({
    data,
    objective,
    fineTune: fineTune !== undefined,
    ...(target !== undefined && { target }),
  });
  const base = readSettings(found.settings);
  return base ? draftOfRequest({ ...asked, objective }, base, details.name) : draft;
}

const reconstructionSchema = z.object({
  preprocessing: z.object({ target: z.object({ kind: z.literal('input') }) }),
});

/** Of a run whose request left it to the model. */
function reconstructs(specification: unknown): boolean {
  return reconstructionSchema.safeParse(specification).success;
}

/** The title of what a model choice is. */
export function titleOfModel({ kind }: ModelChoice, look: ModelLook | undefined): string {
  return kind === 'default' ? trainingTexts.defaultModel : (look?.name ?? '');
}
