// Whether a model fits a data set, and what would make it fit: the shapes of inputs, tables of embeddings, the width of the output.
import type { ModelInterface } from '../../../../contract/services/models.js';
import { sizeOf, type Shape } from '../../../../engine/ir/shape.js';
import type { ModelDescription } from '../../../../engine/layers/describeModel.js';
import type { InputSpec, LayerSpec } from '../../../../engine/layers/modelSpec.js';
import { outputShapeOf, suggestedObjective } from '../../../../engine/layers/objective.js';
import { modelTexts } from '../../../texts/model.js';
import { setInput } from '../document/editConnections.js';
import { renameNodes, setOption } from '../document/editLayers.js';
import { idsOf, layerById, sourceId, type ModelDocument } from '../document/modelDocument.js';
import { shapeText } from './words.js';

export interface Misfit {
  /** Node that it is about; empty: the model as a whole. */
  readonly node: string;
  readonly text: string;
}

type Demand = ModelInterface['inputs'][number];

/** What does not fit, in sentences; empty where everything does. */
export function misfitsOf(document: ModelDocument, description: ModelDescription, wanted: ModelInterface): Misfit[] {
  const { inputs } = document.spec;
  const misfits: Misfit[] = [];
  if (inputs.length !== wanted.inputs.length)
    misfits.push({ node: '', text: modelTexts.fit.inputCount(wanted.inputs.length, inputs.length) });
  pairs(document, wanted).forEach(([input, demand]) => {
    if (input.id !== demand.id) misfits.push({ node: input.id, text: modelTexts.fit.inputName(demand.id, input.id) });
    if (input.dtype !== demand.dtype || !fitsShape(input.shape, demand.shape))
      misfits.push({
        node: input.id,
        text: modelTexts.fit.inputShape(
          input.id,
          `${demand.dtype} ${shapeText(demand.shape)}`,
          `${input.dtype} ${shapeText(input.shape)}`,
        ),
      });
    for (const layer of smallEmbeddings(document, input.id, demand))
      misfits.push({
        node: layer.id,
        text: modelTexts.fit.vocabulary(layer.id, demand.limit ?? 0, Number(layer.options.count)),
      });
  });
  const [output] = document.spec.outputs;
  const shape = output === undefined ? undefined : shapeAt(description, output);
  const last = shape?.at(-1);
  const width = typeof last === 'number' ? last : undefined;
  if (suggestedObjective(shape, wanted) === 'predict' && width !== undefined && width !== wanted.outputWidth)
    misfits.push({
      node: sourceId(output!),
      text: modelTexts.fit.outputWidth(wanted.outputWidth, width, wanted.target),
    });
  return misfits;
}

/** Inputs and what is asked of them: by name where names agree, else in order. */
function pairs(document: ModelDocument, wanted: ModelInterface): (readonly [InputSpec, Demand])[] {
  const { inputs } = document.spec;
  const byName = new Map(wanted.inputs.map((demand) => [demand.id, demand]));
  const left = wanted.inputs.filter(({ id }) => !inputs.some((input) => input.id === id));
  return inputs.flatMap((input) => {
    const demand = byName.get(input.id) ?? left.shift();
    return demand ? [[input, demand] as const] : [];
  });
}

/** Named sizes take any number. */
function fitsShape(shape: Shape, wanted: readonly number[]): boolean {
  return shape.length === wanted.length && shape.every((dim, axis) => typeof dim !== 'number' || dim === wanted[axis]);
}

function smallEmbeddings({ spec }: ModelDocument, input: string, { limit }: Demand): LayerSpec[] {
  if (limit === null) return [];
  return spec.layers.filter(
    ({ type, inputs = [], options }) =>
      type === 'Embedding' && inputs[0] === input && typeof options.count === 'number' && options.count < limit,
  );
}

function shapeAt({ layers }: ModelDescription, output: string): Shape | undefined {
  return layers.find(({ id }) => id === sourceId(output))?.outputShape;
}

/** Its output has the shape of its only input: an autoencoder. */
function givesItsInput({ spec }: ModelDocument): boolean {
  const [input, ...others] = spec.inputs;
  const output = outputShapeOf(spec);
  return others.length === 0 && output?.join() === (input?.shape ?? []).join();
}

/** Adapts inputs, embeddings and the last layer's width; what it cannot repair stays a misfit. */
export function adaptTo(document: ModelDocument, wanted: ModelInterface): ModelDocument {
  let next = document;
  for (const [input, demand] of pairs(document, wanted)) {
    next = setInput(next, input.id, { shape: [...demand.shape], dtype: demand.dtype as InputSpec['dtype'] });
    for (const layer of smallEmbeddings(next, input.id, demand))
      next = setOption(next, new Set([layer.id]), 'count', demand.limit);
    if (input.id !== demand.id && !idsOf(next.spec).has(demand.id))
      next = renameNodes(next, new Map([[input.id, demand.id]]));
  }
  if (wanted.reconstructionObstacle === null && givesItsInput(document))
    return withOutputShape(next, wanted.inputs[0]?.shape ?? []);
  return withWidth(next, lastWithWidth(next), wanted.outputWidth);
}

function withWidth(document: ModelDocument, last: LayerSpec | undefined, width: number): ModelDocument {
  if (!last) return document;
  return setOption(document, new Set([last.id]), last.type === 'Dense' ? 'units' : 'filters', width);
}

/** An autoencoder that gives examples of another shape: what it ends with is told the shape, or its number of channels or features. */
function withOutputShape(document: ModelDocument, shape: readonly number[]): ModelDocument {
  const end = layerById(document, sourceId(document.spec.outputs[0] ?? ''));
  if (end?.type !== 'Reshape') {
    const last = lastWithWidth(document);
    return withWidth(document, last, (last?.type === 'Dense' ? shape.at(-1) : shape[0]) ?? 1);
  }
  const shaped = setOption(document, new Set([end.id]), 'shape', [...shape]);
  return withWidth(shaped, lastWithWidth(shaped, end.inputs?.[0]), sizeOf(shape));
}

/** Layers that give what they get, axis by axis. */
const passing: ReadonlySet<string> = new Set([
  ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Tanh', 'Relu', 'Activation', 'Dropout', 'GlobalPool', 'Softplus', 'Clip'],
]);

/** The layer that decides how wide the first output is, or another value. */
function lastWithWidth(document: ModelDocument, from = document.spec.outputs[0] ?? ''): LayerSpec | undefined {
  let layer = layerById(document, sourceId(from));
  for (let steps = 0; layer && passing.has(layer.type) && steps < document.spec.layers.length; steps++)
    layer = layerById(document, sourceId(layer.inputs?.[0] ?? ''));
  return layer && /^(Dense|Conv[123]d)$/.test(layer.type) ? layer : undefined;
}
