// The PyTorch source of every layer, template and example: what PyTorch computes with it is what we compute.
// makePytorchGoldens.py runs the source; a source that has changed since then is told apart by its hash.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layerTypes } from '../../../engine/layers/index.js';
import { encodeSafetensors, joinBytes } from '../../../engine/exporters/safetensorsFormat.js';
import { matchTensors } from '../../../engine/exporters/pytorchExporter.js';
import { pytorchSource } from '../../../engine/exporters/pytorch/pytorchSource.js';
import { writerOf } from '../../../engine/exporters/pytorch/layers.js';
import { elements } from '../../../engine/ir/tensor.js';
import { modelSpecSchema } from '../../../engine/layers/modelSpec.js';
import {
  computeCase,
  preparationCases,
  preparationText,
  preparedHere,
  pytorchCases,
  type ComputedCase,
  type PytorchCase,
} from './pytorchCases.js';

interface Golden {
  readonly source: string;
  /** Every `stride`th number of each output. */
  readonly outputs: readonly { readonly stride: number; readonly values: readonly number[] }[];
}

const goldens = JSON.parse(readFileSync(new URL('goldens.json', import.meta.url), 'utf8')) as Record<string, Golden>;
/** Where the cases are to be written for makePytorchGoldens.py. */
const folder = process.env.PYTORCH_CASES;

function writeCase(into: string, { name, inputs, spec }: PytorchCase, { source, weights }: ComputedCase): void {
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, `${name}.py`), source);
  const metadata = { format: 'pt' };
  writeFileSync(join(into, `${name}.safetensors`), joinBytes(encodeSafetensors({ tensors: weights, metadata })));
  const given = spec.inputs.map(({ id }) => {
    const { dtype, shape } = inputs[id]!;
    return { dtype, shape, data: elements(inputs[id]!) };
  });
  writeFileSync(join(into, `${name}.json`), JSON.stringify(given));
}

function expectGolden(name: string, source: string, outputs: readonly (readonly number[])[]): void {
  const golden = goldens[name];
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
  expect(golden?.source, 'run makePytorchGoldens.py').toBe(hash);
  golden!.outputs.forEach(({ stride, values }, output) => {
    const found = outputs[output]!.filter((_, index) => index % stride === 0);
    expect(found.length).toBe(values.length);
    values.forEach((value, at) => {
      const difference = Math.abs(found[at]! - value) / (1 + Math.abs(value));
      expect(difference, `${name} output ${output} [${at * stride}]`).toBeLessThan(2e-4);
    });
  });
}

describe('PyTorch source', () => {
  it.each(pytorchCases().map((example) => [example.name, example] as const))(
    'of %s computes the same',
    async (name, example) => {
      const computed = await computeCase(example);
      const { tensors } = pytorchSource(example.spec, { about: [''] });
      expect(matchTensors(computed.weights, tensors)).toMatchObject({ kind: 'matched' });
      if (folder !== undefined) writeCase(folder, example, computed);
      expectGolden(name, computed.source, computed.outputs);
    },
  );

  it.each(preparationCases.map((example) => [example.name, example] as const))(
    'prepares inputs alike: %s',
    (name, example) => {
      const source = preparationText(example);
      if (folder !== undefined) writeFileSync(join(folder, `${name}.py`), source);
      expectGolden(name, source, [preparedHere(example)]);
    },
  );

  it('can be written of every layer of the catalogue', () => {
    expect(layerTypes().filter((type) => !writerOf(type))).toEqual([]);
  });

  it('refuses by name a layer that shares tensors and is another module', () => {
    const spec = modelSpecSchema.parse({
      version: 1,
      name: 'strides',
      inputs: [{ id: 'x', shape: [1, 8, 8] }],
      layers: [
        { id: 'a', type: 'Conv2d', options: { filters: 1 } },
        { id: 'b', type: 'Conv2d', options: { filters: 1, stride: 2 }, shareWith: 'a' },
      ],
      outputs: ['b'],
    });
    expect(() => pytorchSource(spec, { about: [''] })).toThrow(/Conv2d 'b': shares its tensors with 'a'/);
  });

  it('keeps names of people inside the text at its top', () => {
    const { spec } = pytorchCases().find(({ name }) => name === 'mlp')!;
    const { text } = pytorchSource(spec, { about: ['"""\nimport os\n"""', 'back\\'] });
    expect(text.startsWith(`"""''' import os '''\nback\\\\\n"""\n\nimport json`)).toBe(true);
  });

  it('is told apart from weights that do not fit', () => {
    const example = pytorchCases().find(({ name }) => name === 'mlp')!;
    const { tensors } = pytorchSource(example.spec, { about: [''] });
    const none = new Map();
    expect(() => matchTensors(none, tensors)).toThrow(/'dense1.weight' must be among the weights/);
  });
});
