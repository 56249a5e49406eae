// The service of models: kept specifications, what a data set asks of a model, and ONNX files to look at.
import { modelsService, type ModelSummary, type StoredModel } from '../../../contract/services/models.js';
import type { Implementation } from '../../../contract/service.js';
import { readModelSpec, type ModelSpec } from '../../../engine/layers/modelSpec.js';
import type { ModelRecord } from '../../store/modelStore.js';
import { makeRunId } from '../../store/runId.js';
import { ModelDemands } from './modelDemands.js';
import { SpecCosts } from './modelCosts.js';
import { viewOnnxFile } from './modelFiles.js';
import type { WorkbenchPorts } from './ports.js';

/** How long a removed model can be taken back. */
const keptMilliseconds = 86_400_000;

export function makeModelsService(ports: WorkbenchPorts): Implementation<typeof modelsService> {
  const { models } = ports.workspace;
  const emit = ports.hub.emitter(modelsService);
  const demands = new ModelDemands(ports.workspace, ports.dataWork);
  const costs = new SpecCosts();
  const changed = (id: string): void => emit('changed', { ids: [id] });
  models.purge(new Date(Date.now() - keptMilliseconds).toISOString());
  const keep = (record: ModelRecord): ModelSummary => {
    models.put(record);
    changed(record.id);
    return costs.summary(record);
  };
  return {
    list: () => models.list().map((record) => costs.summary(record)),
    get: ({ id }): StoredModel => {
      const record = models.find(id);
      return { ...costs.summary(record), spec: record.spec, layout: record.layout ?? null };
    },
    save: ({ id, name, spec, layout }) => {
      const read: ModelSpec = { ...readModelSpec(spec), name };
      const now = new Date().toISOString();
      const before = id === undefined ? undefined : models.list().find((record) => record.id === id);
      const kept = layout ?? before?.layout;
      return keep({
        id: id ?? makeRunId(name),
        name,
        created: before?.created ?? now,
        modified: now,
        spec: read,
        ...(kept !== undefined && { layout: kept }),
      });
    },
    rename: ({ id, name }) => {
      const record = models.find(id);
      return keep({ ...record, name, spec: { ...(record.spec as ModelSpec), name } });
    },
    remove: ({ id }) => {
      models.hide(id, new Date().toISOString());
      changed(id);
    },
    restore: ({ id }) => {
      models.restore(id);
      changed(id);
    },
    defaultFor: ({ data, objective }) => demands.modelFor(data, objective),
    interfaceOf: ({ data }) => demands.interfaceOf(data),
    openOnnx: ({ path }, context) => viewOnnxFile(ports, path, context),
  };
}
