// Every example loads, is divided as promised and gives the tensors that a model reads.
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../../engine/ir/shape.js';
import { BatchPlan, BatchReader } from '../../../engine/data/batches.js';
import { classNamesOf } from '../../../engine/data/dataSet.js';
import { applyPreprocessing, gatherTensors } from '../../../engine/data/exampleSet.js';
import { findLeaks } from '../../../engine/data/findLeaks.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';

/** Name, examples, shape of `x`, classes (0: none), examples of train, val, test. */
const examples: readonly [string, number, number[], number, number[]][] = [
  ['digits', 5000, [1, 20, 20], 10, [4000, 500, 500]],
  ['fashion-mnist-12k', 12000, [1, 28, 28], 10, [9000, 1000, 2000]],
  ['letters', 20000, [16], 26, [16000, 1000, 3000]],
  ['penguins', 344, [15], 3, [241, 34, 69]],
  ['breast-cancer', 569, [30], 2, [398, 57, 114]],
  ['concrete', 1030, [8], 0, [721, 103, 206]],
  ['seattle-weather', 1461, [17], 5, [1023, 146, 292]],
  ['names', 8849, [15], 2, []],
  ['novel', 10699, [64], 0, []],
];

describe('examples', () => {
  it.each(examples)('%s: %i examples of shape %j', async (name, count, shape, classes, parts) => {
    const { dataSet, split, preprocessing } = await loadDataSet(name);
    const set = applyPreprocessing(dataSet, preprocessing);
    expect(dataSet.count).toBe(count);
    expect(set.inputs.map((field) => [field.name, field.shape])).toEqual([['x', shape]]);
    expect(classNamesOf(dataSet)).toHaveLength(classes);
    const sizes = [split.train.length, split.val.length, split.test.length];
    expect(sizes.reduce((sum, size) => sum + size)).toBe(count);
    if (parts.length > 0) expect(sizes).toEqual(parts);
    const { x } = gatherTensors(set.inputs, split.test);
    expect(x!.data.length).toBe(split.test.length * sizeOf(shape));
    expect((x!.data as Float32Array).every((value) => Number.isFinite(value))).toBe(true);
  });

  it('names: no name is both in training and in test', async () => {
    const { dataSet, split, preprocessing } = await loadDataSet('names');
    expect(findLeaks(applyPreprocessing(dataSet, preprocessing), split).length).toBe(0);
  });

  it('batches count every example once and resume at any step with the same bytes', async () => {
    const { dataSet, split, preprocessing } = await loadDataSet('penguins');
    const set = applyPreprocessing(dataSet, preprocessing);
    const plan = new BatchPlan({ examples: split.train, batchSize: 32, seed: 3, shuffle: true });
    const reader = new BatchReader(set, plan);
    const seen: number[] = [];
    for (let step = 0; step < plan.stepsPerEpoch; step++) {
      const batch = reader.next();
      batch.examples.forEach((example, place) => {
        if (batch.tensors.weights!.data[place] === 1) seen.push(example);
      });
      const kept = (batch.tensors.x!.data as Float32Array).slice();
      reader.prepareNext();
      expect(batch.tensors.x!.data).toEqual(kept);
      expect(new BatchReader(set, plan, 0, step).next().tensors.x!.data).toEqual(kept);
    }
    expect(seen.sort((a, b) => a - b)).toEqual([...split.train]);
  });
});
