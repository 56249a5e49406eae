// What a draft's choices stand for, read anew when they change: the data's defaults, its augmentation, the model.
import { onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { faultOf, type Fault } from '../../../../contract/fault.js';
import type { DatasetSummary } from '../../../../contract/services/datasets.js';
import type { TrainingDefaults } from '../../../../contract/services/training.js';
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
  const defaults = useDefaults(draft, fault);
  const augmentation = useAugmentationOf(draft, dataset);
  const model = useModelOf(draft);
  const reload = (): void => {
    void defaults.load();
    void augmentation.load();
    void model.load();
  };
  void loaded.then(() => {
    const { load } = defaults;
    watch([() => draft.value.data, () => draft.value.target, () => draft.value.model.kind === 'onnx'], load, {
      immediate: true,
    });
    watch([() => draft.value.data, dataset], augmentation.load, { immediate: true });
    watch([() => draft.value.data, () => draft.value.model], model.load, { immediate: true, deep: true });
  });
  return {
    facts: defaults.facts,
    defaults: defaults.settings,
    isLoading: defaults.isLoading,
    augmentation: augmentation.pipeline,
    model: model.look,
    fault,
    reload,
  };
}

function useDefaults(draft: Ref<TrainingDraft>, fault: ShallowRef<Fault | undefined>) {
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
    try {
      const fineTune = model.kind === 'onnx';
      const found = await training.defaults({ data, fineTune, ...(target !== null && { target }) });
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

function useModelOf(draft: Ref<TrainingDraft>) {
  const look = shallowRef<ModelLook>();
  let latest = 0;

  async function load(): Promise<void> {
    const mine = ++latest;
    const { model, data } = draft.value;
    const found = await readModel(model, data).catch((error: unknown): ModelLook => ({
      name: '',
      fault: faultOf(error),
    }));
    if (mine === latest) look.value = found;
  }
  const stop = useServices().models.on('changed', ({ ids }) => {
    const { model } = draft.value;
    if (model.kind === 'saved' && ids.includes(model.id)) void load();
  });
  onScopeDispose(stop);
  return { look, load };
}
