// The models of the workspace as the list shows them, kept up to date by the service's events.
import { shallowRef } from 'vue';
import { faultOf, type Fault } from '../../../../contract/fault.js';
import type { ModelSummary } from '../../../../contract/services/models.js';
import type { ModelSpec } from '../../../../engine/layers/modelSpec.js';
import { useServices } from '../../../services.js';
import { notify } from '../../../shell/notifications.js';
import { closePanel, openPanel } from '../../../shell/workbench.js';
import { modelTexts } from '../../../texts/model.js';
import { shellTexts } from '../../../texts/shell.js';
import { dataKey, findDrafts, forgetSession, openSession } from '../modelSession.js';

/** `undefined` until they were listed. */
export const models = shallowRef<readonly ModelSummary[]>();
export const listFault = shallowRef<Fault>();

export async function refreshModels(): Promise<void> {
  try {
    models.value = await useServices().models.list({});
    listFault.value = undefined;
  } catch (error) {
    listFault.value = faultOf(error);
  }
}

/** Lists the models, and again whenever they change here or in another window. */
export async function watchModels(): Promise<void> {
  useServices().models.on('changed', ({ ids }) => {
    void refreshModels();
    for (const id of ids)
      // A model that is gone tells so when it is opened.
      void openSession(id)
        ?.then((session) => session.refresh())
        .catch(() => undefined);
  });
  await refreshModels();
  // Without them nothing is marked; what is opened has its draft all the same.
  await findDrafts((models.value ?? []).map(({ id }) => id)).catch(() => undefined);
}

/** A name that no model has: `mlp`, `mlp 2` … */
export function freeName(wish: string): string {
  const taken = new Set(models.value?.map(({ name }) => name));
  if (!taken.has(wish)) return wish;
  for (let number = 2; ; number++) if (!taken.has(`${wish} ${number}`)) return `${wish} ${number}`;
}

/** Saves a new model and opens it. @returns its id */
export async function createModel(name: string, spec: ModelSpec, data?: string | null): Promise<string> {
  const { models: service, workspace } = useServices();
  const { id } = await service.save({ name, spec });
  if (data) await workspace.writeState({ key: dataKey(id), value: data });
  openPanel('model.editor', { id });
  return id;
}

/** As it is seen: with what was not saved yet where it is open, and for the same data set. */
export async function duplicateModel({ id, name }: ModelSummary): Promise<void> {
  const { models: service, workspace } = useServices();
  const open = (await openSession(id))?.document.value;
  const { spec, layout } = open ?? (await service.get({ id }));
  const copy = await service.save({
    name: freeName(modelTexts.list.copyOf(name)),
    spec: spec as Readonly<Record<string, unknown>>,
    // It came as JSON.
    ...(layout !== null && { layout: layout as unknown as Readonly<Record<string, never>> }),
  });
  const data = await workspace.readState({ key: dataKey(id) });
  if (data !== null) await workspace.writeState({ key: dataKey(copy.id), value: data });
  openPanel('model.editor', { id: copy.id });
}

export async function renameModel({ id }: ModelSummary, name: string): Promise<void> {
  await useServices().models.rename({ id, name });
}

export async function removeModel({ id, name }: ModelSummary): Promise<void> {
  await useServices().models.remove({ id });
  closePanel('model.editor', id);
  notify('info', modelTexts.list.removed(name), {
    action: {
      title: shellTexts.undo,
      run: async () => {
        await useServices().models.restore({ id });
        forgetSession(id);
      },
    },
  });
}
