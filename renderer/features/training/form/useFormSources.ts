// What a draft's choices stand for, read anew when they change: the data's defaults, its augmentation, the model.
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { faultOf, type Fault } from '../../../../contract/fault.js';
import type { DatasetSummary } from '../../../../contract/services/datasets.js';
import type { ModelInterface } from '../../../../contract/services/models.js';
import type { TrainingDefaults } from '../../../../contract/services/training.js';
import { suggestedObjective, type Objective } from '../../../../engine/layers/objective.js';
import { useServices } from '../../../services.js';
import type { SavedState } from '../../../stores/savedState.js';
import { readModel, type ModelLook } from './readModel.js';
import { readSettings, taskSettings, without, type FormSettings, type TrainingDraft } from './trainingDraft.js';

export interface FormSources {
  readonly facts: ShallowRef<TrainingDefaults | undefined>;
  readonly defaults: ShallowRef<FormSettings | undefined>;
  /** The pipeline of the data set, or null. */
  readonly augmentation: ShallowRef<unknown>;
  readonly model: ShallowRef<ModelLook | undefined>;
  /** What the data asks of a model. */
  readonly demands: ShallowRef<ModelInterface | undefined>;
  /** What is learned, as chosen or as the model suggests; undefined while that is not known. */
  readonly objective: ComputedRef<Objective | undefined>;
  /** Of the data. */
  readonly fault: ShallowRef<Fault | undefined>;
  readonly isLoading: Readonly<Ref<boolean>>;
  readonly reload: () => void;
}

export function useFormSources(
  { value: draft, loaded }: SavedState<TrainingDraft>,
  dataset: ComputedRef<DatasetSummary | undefined>,
): FormSources {
  const fault = shallowRef<Fault>();
  const model = useModelOf(draft);
  const defaults = useDefaults(draft, model.objective, fault);
  const augmentation = useAugmentationOf(draft, dataset);
  const reload = (): void => {
    void defaults.load();
    void augmentation.load();
    void model.load();
  };
  void loaded.then(() => {
    const { load } = defaults;
    watch([() => draft.value.data, () => draft.value.model, () => draft.value.objective], model.load, {
      immediate: true,
      deep: true,
    });
    const asked = [() => draft.value.data, () => draft.value.target, () => draft.value.model.kind === 'onnx'];
    watch([...asked, model.objective], load, { immediate: true });
    watch([() => draft.value.data, dataset], augmentation.load, { immediate: true });
  });
  return {
    facts: defaults.facts,
    defaults: defaults.settings,
    isLoading: defaults.isLoading,
    augmentation: augmentation.pipeline,
    model: model.look,
    demands: model.demands,
    objective: model.objective,
    fault,
    reload,
  };
}

function useDefaults(
  draft: Ref<TrainingDraft>,
  objective: ComputedRef<Objective | undefined>,
  fault: ShallowRef<Fault | undefined>,
) {
  const { training } = useServices();
  const facts = shallowRef<TrainingDefaults>();
  const settings = shallowRef<FormSettings>();
  const isLoading = ref(false);
  let latest = 0;

  async function load(): Promise<void> {
    const { data, target, model } = draft.value;
    const mine = ++latest;
    if (data === null) {
      [facts.value, settings.value, fault.value] = [undefined, undefined, undefined];
      return;
    }
    isLoading.value = true;
    // It is asked again as soon as that is known.
    if (!objective.value) return;
    try {
      const fineTune = model.kind === 'onnx';
      const found = await training.defaults({
        data,
        fineTune,
        objective: objective.value,
        ...(target !== null && { target }),
      });
      if (mine !== latest) return;
      if (facts.value && facts.value.task !== found.task)
        draft.value.changes = without(draft.value.changes, taskSettings);
      [facts.value, settings.value, fault.value] = [found, readSettings(found.settings), undefined];
    } catch (error) {
      if (mine === latest) [facts.value, settings.value, fault.value] = [undefined, undefined, faultOf(error)];
    } finally {
      if (mine === latest) isLoading.value = false;
    }
  }
  return { facts, settings, isLoading, load };
}

function useAugmentationOf(draft: Ref<TrainingDraft>, dataset: ComputedRef<DatasetSummary | undefined>) {
  const { datasets } = useServices();
  const pipeline = shallowRef<unknown>(null);

  async function load(): Promise<void> {
    const id = draft.value.data;
    if (id === null || dataset.value?.kind !== 'image') {
      pipeline.value = null;
      return;
    }
    const details = await datasets.details({ id }).catch(() => undefined);
    if (draft.value.data === id) pipeline.value = details?.augmentation ?? null;
  }
  const stop = datasets.on('changed', ({ ids }) => {
    if (draft.value.data !== null && ids.includes(draft.value.data)) void load();
  });
  onScopeDispose(stop);
  return { pipeline, load };
}

/** The model, what the data asks of one, and what is to be learned of the two. */
function useModelOf(draft: Ref<TrainingDraft>) {
  const look = shallowRef<ModelLook>();
  const demands = shallowRef<ModelInterface>();
  /** undefined while data or model are being read: then nobody knows. */
  const suggested = shallowRef<Objective>();
  let latest = 0;

  async function load(): Promise<void> {
    const mine = ++latest;
    const { model, data, objective } = draft.value;
    suggested.value = undefined;
    const [found, asked] = await Promise.all([
      readModel(model, data, objective).catch((error: unknown): ModelLook => ({ name: '', fault: faultOf(error) })),
      data === null ? undefined : models.interfaceOf({ data }).catch(() => undefined),
    ]);
    if (mine !== latest) return;
    [look.value, demands.value] = [found, asked];
    suggested.value = asked ? suggestedObjective(found.output, asked) : 'predict';
  }
  const objective = computed(() => {
    const chosen = suggested.value && (draft.value.objective ?? suggested.value);
    const isPossible = demands.value?.reconstructionObstacle === null;
    return chosen === 'reconstruct' && !isPossible ? 'predict' : chosen;
  });
  const { models } = useServices();
  const stop = models.on('changed', ({ ids }) => {
    const { model } = draft.value;
    if (model.kind === 'saved' && ids.includes(model.id)) void load();
  });
  onScopeDispose(stop);
  return { look, demands, objective, load };
}
