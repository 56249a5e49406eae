import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyPreprocessing } from '../../../engine/data/exampleSet.js';
import { describeModel } from '../../../engine/layers/describeModel.js';
import { validateModel } from '../../../engine/layers/lowerModel.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';

const examples = readdirSync('resources/datasets');

describe.each(examples)('the default model of %s', (name) => {
  const document = JSON.parse(readFileSync(`resources/models/${name}.json`, 'utf8')) as Record<string, unknown>;

  it('is valid, and so are its settings', () => {
    expect(Object.keys(document)).toEqual(['model', 'training']);
    expect(validateModel(document.model).diagnostics).toEqual([]);
    expect(trainSettingsSchema.safeParse(document.training).error).toBeUndefined();
  });

  it('takes what the data give and has an output for each class', async () => {
    const { dataSet, preprocessing } = await loadDataSet(name);
    const { inputs, target } = applyPreprocessing(dataSet, preprocessing);
    const { spec } = validateModel(document.model);
    expect(spec!.inputs).toEqual(inputs.map((field) => ({ id: field.name, dtype: field.dtype, shape: field.shape })));
    const { layers } = describeModel(spec!);
    expect(layers.at(-1)!.outputShape).toEqual(
      target.dtype === 'int32' ? [...target.shape, target.limit] : target.shape,
    );
    const embedding = spec!.layers.find(({ type }) => type === 'Embedding');
    if (embedding) expect(embedding.options.count).toBe(inputs[0]!.limit);
  });
});
