// What a draft's choices stand for, read anew when they change: the data's defaults, its augmentation, the model.
import { computed, onScopeDispose, watch, type ComputedRef, type Ref } from 'vue';
import { faultOf, type Fault } from '../../../../contract/fault.js';
import type { ModelInterface } from '../../../../contract/services/models.js';
import type { TrainingDefaults } from '../../../../contract/services/training.js';
import { suggestedObjective, type Objective } from '../../../../engine/layers/objective.js';
import { useServices } from '../../../services.js';
import type { SavedState } from '../../../stores/savedState.js';
import { useAnswer, type Answer } from '../../../stores/useAnswer.js';
import { useDatasetList } from '../../data/datasetList.js';
import { readModel, type ModelLook } from './readModel.js';
import {
  readSettings,
  taskSettings,
  withDefaults,
  without,
  type FormSettings,
  type TrainingDraft,
} from './trainingDraft.js';

export interface FormSources {
  /** Like the defaults of the choices before until those that fit are known. */
  readonly facts: ComputedRef<TrainingDefaults | undefined>;
  readonly defaults: ComputedRef<FormSettings | undefined>;
  /** The pipeline of the data set, or null. */
  readonly augmentation: ComputedRef<unknown>;
  readonly model: ComputedRef<ModelLook | undefined>;
  /** What the data asks of a model. */
  readonly demands: ComputedRef<ModelInterface | undefined>;
  /** What is learned, as chosen or as the model suggests; undefined while that is not known. */
  readonly objective: ComputedRef<Objective | undefined>;
  /** Of the data. */
  readonly fault: Readonly<Ref<Fault | undefined>>;
  /** Whether some of this still is of the choices as they were. */
  readonly isLoading: ComputedRef<boolean>;
  readonly reload: () => void;
}

export function useFormSources({ value: draft, isLoaded }: SavedState<TrainingDraft>): FormSources {
  const { datasets, models } = useServices();
  const isKnown = (): boolean => isLoaded.value;
  const { answer: model, objective } = useModelOf(draft, isKnown);
  const defaults = useDefaults(draft, objective, isKnown);
  const augmentation = useAugmentationOf(draft, isKnown);
  const known = computed(() => (defaults.fault.value ? undefined : defaults.value.value));
  const reload = (): void => [model, defaults, augmentation].forEach((answer) => answer.reload());

  onScopeDispose(
    datasets.on('changed', ({ ids }) => {
      if (draft.value.data !== null && ids.includes(draft.value.data)) reload();
    }),
  );
  onScopeDispose(
    models.on('changed', ({ ids }) => {
      const chosen = draft.value.model;
      if (chosen.kind === 'saved' && ids.includes(chosen.id)) model.reload();
    }),
  );
  return {
    facts: computed(() => known.value?.facts),
    defaults: computed(() => known.value?.settings),
    augmentation: computed(() => augmentation.value.value ?? null),
    model: computed(() => model.value.value?.look),
    demands: computed(() => model.value.value?.demands),
    objective,
    fault: defaults.fault,
    isLoading: computed(() => ![model, defaults, augmentation].every(({ isCurrent }) => isCurrent.value)),
    reload,
  };
}

interface DataDefaults {
  readonly facts: TrainingDefaults;
  readonly settings: FormSettings | undefined;
}

function useDefaults(
  draft: Ref<TrainingDraft>,
  objective: ComputedRef<Objective | undefined>,
  isKnown: () => boolean,
): Answer<DataDefaults> {
  const { training } = useServices();
  const answer = useAnswer(
    () => {
      const { data, target, model } = draft.value;
      if (data === null) return null;
      if (!isKnown() || !objective.value) return undefined;
      const fineTune = model.kind === 'onnx';
      return { data, fineTune, objective: objective.value, ...(target !== null && { target }) };
    },
    async (question): Promise<DataDefaults> => {
      const facts = await training.defaults(question);
      return { facts, settings: readSettings(facts.settings) };
    },
  );
  watch(
    answer.value,
    (now, before) => {
      const isOther = now && before && now.facts.task !== before.facts.task;
      const changes = isOther ? without(draft.value.changes, taskSettings) : draft.value.changes;
      draft.value.changes = now?.settings ? withDefaults(changes, now.settings) : changes;
    },
    { flush: 'sync' },
  );
  return answer;
}

function useAugmentationOf(draft: Ref<TrainingDraft>, isKnown: () => boolean): Answer<unknown> {
  const { datasets } = useServices();
  const list = useDatasetList();
  return useAnswer(
    () => {
      if (!isKnown() || !list.isKnown) return undefined;
      const id = draft.value.data;
      return id !== null && list.find(id)?.kind === 'image' ? id : null;
    },
    async (id) => (await datasets.details({ id }).catch(() => undefined))?.augmentation,
  );
}

interface ModelAnswer {
  readonly look: ModelLook;
  readonly demands: ModelInterface | undefined;
}

/** The model, what the data asks of one, and what is to be learned of the two. */
function useModelOf(draft: Ref<TrainingDraft>, isKnown: () => boolean) {
  const { models } = useServices();
  const answer = useAnswer(
    () => {
      const { model, data, objective } = draft.value;
      return isKnown() ? { model, data, objective } : undefined;
    },
    async ({ model, data, objective }): Promise<ModelAnswer> => {
      const [look, demands] = await Promise.all([
        readModel(model, data, objective).catch((error: unknown): ModelLook => ({ name: '', fault: faultOf(error) })),
        data === null ? undefined : models.interfaceOf({ data }).catch(() => undefined),
      ]);
      return { look, demands };
    },
  );
  const objective = computed(() => {
    if (!answer.isCurrent.value || !answer.value.value) return undefined;
    const { look, demands } = answer.value.value;
    const chosen = draft.value.objective ?? (demands ? suggestedObjective(look.output, demands) : 'predict');
    return chosen === 'reconstruct' && demands?.reconstructionObstacle !== null ? 'predict' : chosen;
  });
  return { answer, objective };
}
