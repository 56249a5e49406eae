// The model of a training as the form shows it: its name, its size, and its specification where the request must carry it.
import type { Fault } from '../../../../contract/fault.js';
import type { Shape } from '../../../../engine/ir/shape.js';
import { describeModel } from '../../../../engine/layers/describeModel.js';
import { parseModelSpec, type ModelSpec } from '../../../../engine/layers/modelSpec.js';
import { outputShapeOf, type Objective } from '../../../../engine/layers/objective.js';
import { useServices } from '../../../services.js';
import { modelTexts } from '../../../texts/model.js';
import { makeTemplate, templates } from '../../model/templates/templates.js';
import type { ModelChoice } from './trainingDraft.js';

export interface ModelLook {
  readonly name: string;
  /** Goes with the request; left out for what the main side finds itself. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly layers?: number;
  readonly parameters?: number;
  /** Of the output, for one example. */
  readonly output?: Shape | undefined;
  readonly fault?: Fault;
}

/** @throws ServiceError where there is no such model */
export async function readModel(
  choice: ModelChoice,
  data: string | null,
  objective?: Objective | null,
): Promise<ModelLook> {
  const { models } = useServices();
  switch (choice.kind) {
    case 'default': {
      if (data === null) return { name: '' };
      const { spec } = await models.defaultFor({ data, ...(objective && { objective }) });
      return { ...sizesOf(spec), name: nameIn(spec) ?? data };
    }
    case 'saved': {
      const { spec, name } = await models.get({ id: choice.id });
      return { ...lookAt(spec), name };
    }
    case 'given':
      return { ...lookAt(choice.spec), name: choice.name };
    case 'template': {
      const template = templates.find(({ name }) => name === choice.name) ?? templates[0]!;
      const { title } = modelTexts.templates[template.name];
      if (data === null) return { name: title };
      return { ...lookAt(makeTemplate(template, await models.interfaceOf({ data }))), name: title };
    }
    case 'onnx':
      return { name: choice.file.replace(/^.*[\\/]/, '').replace(/\.onnx$/i, '') };
  }
}

function lookAt(spec: unknown): Omit<ModelLook, 'name'> {
  return { spec: spec as Readonly<Record<string, unknown>>, ...sizesOf(spec) };
}

/** Of a document with settings, too. */
function sizesOf(json: unknown): Pick<ModelLook, 'layers' | 'parameters' | 'output'> {
  const inner = (json as { model?: unknown } | null)?.model ?? json;
  const { spec } = parseModelSpec(inner);
  if (!spec) return {};
  return { layers: spec.layers.length, parameters: parametersOf(spec), output: outputShapeOf(spec) };
}

function parametersOf(spec: ModelSpec): number {
  return describeModel(spec).total.trainable;
}

function nameIn(spec: unknown): string | undefined {
  const { name } = spec as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : undefined;
}
