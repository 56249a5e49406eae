// Whether a model fits a data set, and what would make it fit: the shapes of inputs, tables of embeddings, the width of the output.
import type { ModelInterface } from '../../../../contract/services/models.js';
import type { Shape } from '../../../../engine/ir/shape.js';
import type { ModelDescription } from '../../../../engine/layers/describeModel.js';
import type { InputSpec, LayerSpec } from '../../../../engine/layers/modelSpec.js';
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
  const width = output === undefined ? undefined : widthOf(description, output);
  if (width !== undefined && width !== wanted.outputWidth)
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

function widthOf({ layers }: ModelDescription, output: string): number | undefined {
  const last = layers.find(({ id }) => id === sourceId(output))?.outputShape.at(-1);
  return typeof last === 'number' ? last : undefined;
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
  const last = lastWithWidth(next);
  if (!last) return next;
  const option = last.type === 'Dense' ? 'units' : 'filters';
  return setOption(next, new Set([last.id]), option, wanted.outputWidth);
}

/** Layers that give what they get, axis by axis. */
const passing: ReadonlySet<string> = new Set([
  ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Tanh', 'Relu', 'Activation', 'Dropout', 'GlobalPool', 'Softplus', 'Clip'],
]);

/** The layer that decides how wide the first output is. */
function lastWithWidth(document: ModelDocument): LayerSpec | undefined {
  let layer = layerById(document, sourceId(document.spec.outputs[0] ?? ''));
  for (let steps = 0; layer && passing.has(layer.type) && steps < document.spec.layers.length; steps++)
    layer = layerById(document, sourceId(layer.inputs?.[0] ?? ''));
  return layer && /^(Dense|Conv[123]d)$/.test(layer.type) ? layer : undefined;
}
