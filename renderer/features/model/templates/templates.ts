// The templates of the gallery: what each takes, and a model for a data set (or for a usual one where none is chosen).
import type { ModelInterface } from '../../../../contract/services/models.js';
import type { InputSpec, ModelSpec } from '../../../../engine/layers/modelSpec.js';
import { autoencoder } from '../../../../engine/layers/templates/autoencoder.js';
import { charLstm } from '../../../../engine/layers/templates/charLstm.js';
import { inception } from '../../../../engine/layers/templates/inception.js';
import { leNet } from '../../../../engine/layers/templates/leNet.js';
import { mlp } from '../../../../engine/layers/templates/mlp.js';
import { resNet20 } from '../../../../engine/layers/templates/resNet20.js';
import type { TemplateInput, TemplateTask } from '../../../../engine/layers/templates/template.js';
import { textCnn } from '../../../../engine/layers/templates/textCnn.js';
import { transformer } from '../../../../engine/layers/templates/transformer.js';
import { modelTexts } from '../../../texts/model.js';
import { renameNodes } from '../document/editLayers.js';
import { freshCopyId } from '../document/freshId.js';
import { idsOf, openDocument } from '../document/modelDocument.js';

export type TemplateName = keyof typeof modelTexts.templates;

interface Making {
  readonly input: TemplateInput;
  readonly task: TemplateTask;
  /** Indices that an embedding needs. */
  readonly vocabulary: number;
  /** One prediction for a whole text, rather than at every step. */
  readonly classify: boolean;
}

interface Template {
  readonly name: TemplateName;
  readonly takes: 'image' | 'numbers' | 'indices';
  /** Cannot give the next character at every step. */
  readonly wholeOnly: boolean;
  make(making: Making): ModelSpec;
}

export const templates: readonly Template[] = [
  {
    name: 'mlp',
    takes: 'numbers',
    wholeOnly: true,
    make: ({ input, task }) => mlp(input, task, { hidden: elementsOf(input) > 200 ? [256, 128] : [64, 32] }),
  },
  { name: 'leNet', takes: 'image', wholeOnly: true, make: ({ input, task }) => leNet(input, task, { dropout: 0.25 }) },
  { name: 'resNet20', takes: 'image', wholeOnly: true, make: ({ input, task }) => resNet20(input, task) },
  { name: 'inception', takes: 'image', wholeOnly: true, make: ({ input, task }) => inception(input, task) },
  { name: 'autoencoder', takes: 'numbers', wholeOnly: true, make: ({ input }) => autoencoder(input) },
  {
    name: 'charLstm',
    takes: 'indices',
    wholeOnly: false,
    make: ({ input, task, vocabulary, classify }) => charLstm(input, task, { vocabulary, classify }),
  },
  {
    name: 'transformer',
    takes: 'indices',
    wholeOnly: false,
    make: ({ input, task, vocabulary, classify }) => transformer(input, task, { vocabulary, classify }),
  },
  {
    name: 'textCnn',
    takes: 'indices',
    wholeOnly: true,
    make: ({ input, task, vocabulary }) => textCnn(input, task, { vocabulary }),
  },
];

/** Sizes of a usual data set of each kind, for pictures and where no data set is chosen. */
const usual: Readonly<Record<Template['takes'], ModelInterface>> = {
  image: usualInterface([3, 32, 32], 'float32', null, 10),
  numbers: usualInterface([16], 'float32', null, 3),
  indices: usualInterface([64], 'int32', 96, 10),
};

function usualInterface(shape: number[], dtype: string, limit: number | null, width: number): ModelInterface {
  const inputs = [{ id: 'x', shape, dtype, limit }];
  return { inputs, outputWidth: width, classes: [], target: 'class', reconstructionObstacle: null };
}

function elementsOf({ shape }: TemplateInput): number {
  return shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
}

/** Why a template does not fit; `undefined` where it does. */
export function refusalOf(template: Template, data: ModelInterface): string | undefined {
  const [input, ...others] = data.inputs;
  const isIndices = input !== undefined && /^u?int/.test(input.dtype);
  const rank = input?.shape.length ?? 0;
  const { templateNeeds: needs } = modelTexts;
  if (!input || others.length > 0) return needs[template.takes];
  if (template.takes === 'image' && (isIndices || rank !== 3 || Math.min(...input.shape.slice(1)) < 4))
    return needs.image;
  if (template.takes === 'numbers' && isIndices) return needs.numbers;
  if (template.takes === 'indices' && (!isIndices || rank !== 1)) return needs.indices;
  if (template.name === 'autoencoder' && data.reconstructionObstacle !== null) return data.reconstructionObstacle;
  if (template.wholeOnly && data.target === 'nextCharacters') return needs.classes;
  return undefined;
}

/** A model of this kind for the data, its input called as the data calls it. */
export function makeTemplate(template: Template, data: ModelInterface = usual[template.takes]): ModelSpec {
  const [input] = data.inputs;
  const { shape, dtype, limit, id } = input!;
  const spec = template.make({
    input: { shape, dtype: dtype as InputSpec['dtype'] },
    task:
      data.target === 'value'
        ? { kind: 'regression', values: data.outputWidth }
        : { kind: 'classification', classes: data.outputWidth },
    vocabulary: limit ?? 256,
    classify: data.target !== 'nextCharacters',
  });
  // A layer of the template may be called as the data calls its input.
  const taken = idsOf(spec);
  const names = new Map([['x', id], ...(taken.has(id) && id !== 'x' ? [[id, freshCopyId(taken, id)] as const] : [])]);
  return renameNodes(openDocument(spec, null), names).spec;
}
