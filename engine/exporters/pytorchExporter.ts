// PyTorch: the model as source code, as a person would write it, beside its weights.
import type { ExportCheck } from '../../contract/jobs.js';
import { EngineError } from '../ir/diagnostic.js';
import type { Tensor } from '../ir/tensor.js';
import { defineExporter, type ExportSubject } from './defineExporter.js';
import type { ModuleTensor } from './pytorch/layerWriter.js';
import { pytorchSource } from './pytorch/pytorchSource.js';
import { decodeSafetensors } from './safetensorsFormat.js';
import { checkWeights, encodeWeights } from './safetensorsExporter.js';

export const pytorchExporter = defineExporter({
  format: 'pytorch',
  title: 'PyTorch source',
  description: 'A readable Python file with the model as nn.Module, and its weights beside it.',
  details:
    'For models made in the editor. Names and shapes of all tensors are checked; nothing is computed, since PyTorch is not here.',
  compares: false,
  endings: ['.py', '.safetensors'],
  options: {},
  refusal: ({ spec }) =>
    spec ? undefined : 'PyTorch source is written for models made in the editor; this one came from an ONNX file.',
  async write(subject, _options, tools) {
    await tools.tell({ step: 'writing' });
    const { text, tensors } = pytorchSource(subject.data.spec!, {
      about: aboutLines(subject),
      preprocessing: subject.data.preprocessing,
    });
    const weights = encodeWeights(subject);
    await tools.tell({ step: 'reloading' });
    checkWeights(weights, subject.weights);
    const check = matchTensors(decodeSafetensors(weights).tensors, tensors);
    const source = new TextEncoder().encode(text);
    return {
      files: [
        { ending: '.py', bytes: source },
        { ending: '.safetensors', bytes: weights },
      ],
      checks: [check],
    };
  },
});

function aboutLines({ run, data, metrics }: ExportSubject): string[] {
  const figures = Object.entries(metrics).flatMap(([name, value]) =>
    value !== null && name.startsWith('test_') ? [`${name.slice('test_'.length)} ${Number(value.toPrecision(4))}`] : [],
  );
  const measured = figures.length ? [`On its test part: ${figures.join(', ')}.`] : [];
  return [
    `${data.spec!.name}: trained on ${data.dataSet.name} by Descent (run ${run}).`,
    ...(measured.length ? ['', ...measured] : []),
    '',
    'The weights are in the file of the same name that ends in .safetensors; PyTorch 2.4 or later is all that is needed.',
  ];
}

/**
 * Every tensor of the weights' file has one place in the module, of its shape, and no place stays empty.
 * @throws EngineError `export.differs`
 */
export function matchTensors(
  found: ReadonlyMap<string, Tensor>,
  places: ReadonlyMap<string, ModuleTensor>,
): ExportCheck {
  const differ = (name: string, rule: string): EngineError =>
    new EngineError('export.differs', `PyTorch source: tensor '${name}' ${rule}`, { node: name });
  const taken = new Set<string>();
  let numbers = 0;
  for (const [name, { shape }] of found) {
    const place = places.get(name);
    if (!place) throw differ(name, 'has no place in the model');
    if (place.shape.join() !== shape.join())
      throw differ(
        name,
        `must have the shape [${place.shape.join(', ')}] of ${place.theirs}, got [${shape.join(', ')}]`,
      );
    if (taken.has(place.theirs)) throw differ(name, `must not share the place ${place.theirs} with another`);
    taken.add(place.theirs);
    numbers += shape.reduce((product, size) => product * size, 1);
  }
  for (const name of places.keys()) if (!found.has(name)) throw differ(name, 'must be among the weights');
  return { kind: 'matched', tensors: found.size, numbers };
}
