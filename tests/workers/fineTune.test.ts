import { describe, expect, it } from 'vitest';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import { graphOf, weightsOfGraph, type ImportedSource } from '../../engine/training/importedModel.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import { exportHere } from './exportHere.js';
import { rings, trainHere } from './rings.js';

const request = { data: 'rings', seed: 7, backend: 'native' as const };

async function exportedRings(): Promise<{ bytes: Uint8Array; loss: number }> {
  const data = rings();
  const told = await trainHere(data);
  const { checkpoint } = told.last('checkpoint');
  const { bytes } = await exportHere({ request, data, checkpoint }, 'onnx');
  return { bytes, loss: told.last('finished').metrics.test_loss! };
}

function tuning(source: ImportedSource, settings: Record<string, unknown>): TrainingData {
  const { dataSet, split, preprocessing, settings: parsed } = rings({ schedule: { type: 'constant' }, ...settings });
  return {
    dataSet,
    split,
    preprocessing,
    settings: parsed,
    imported: source,
    weights: weightsOfGraph(graphOf(source)),
  };
}

function tensorOf(checkpoint: CheckpointFrame, name: string): Tensor {
  return checkpoint.tensors.find((entry) => entry.name === name)!.tensor as Tensor;
}

describe('Fine-tuning an ONNX file', () => {
  it('starts from the weights of the file', async () => {
    const { bytes, loss } = await exportedRings();
    const source = { name: 'rings', bytes, dropSoftmax: true };
    const told = await trainHere(tuning(source, { epochs: 1, learningRate: 1e-9 }));
    expect(told.last('finished').metrics.test_loss).toBeCloseTo(loss, 4);
  });

  it('trains every weight but the frozen ones', async () => {
    const { bytes } = await exportedRings();
    const source = { name: 'rings', bytes, dropSoftmax: true };
    const data = tuning(source, { epochs: 1, freeze: ['hidden*'] });
    const { checkpoint } = (await trainHere(data)).last('checkpoint');
    for (const [name, before] of data.weights!) {
      const after = tensorOf(checkpoint, name);
      if (name.startsWith('hidden')) expect(after.data).toEqual(before.data);
      else expect(after.data).not.toEqual(before.data);
    }
  });

  it('replaces the head and learns again', async () => {
    const { bytes } = await exportedRings();
    const source = { name: 'rings', bytes, newHead: 2, dropSoftmax: true };
    const told = await trainHere(tuning(source, { epochs: 10 }));
    expect(tensorOf(told.last('checkpoint').checkpoint, 'head.weight').shape).toEqual([2, 16]);
    expect(told.last('finished').metrics.test_accuracy).toBeGreaterThan(0.95);
  });

  it('exports what was tuned', async () => {
    const { bytes } = await exportedRings();
    const data = tuning({ name: 'rings', bytes, dropSoftmax: true }, { epochs: 2 });
    const { checkpoint } = (await trainHere(data)).last('checkpoint');
    const { check } = await exportHere({ request, data, checkpoint }, 'onnx', { preprocessing: true });
    expect(check.kind === 'compared' && check.largestDifference).toBeLessThan(1e-5);
  });

  it('says which shape it wants when the data does not fit', async () => {
    const { bytes } = await exportedRings();
    const data = tuning({ name: 'rings', bytes, dropSoftmax: true }, {});
    const [input] = data.preprocessing.inputs;
    if (input?.kind === 'features') input.features.pop();
    const thrown: unknown = await trainHere(data).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(EngineError);
    expect((thrown as EngineError).message).toMatch(
      /input 'x' must be float32 \[batch, 2\], the data gives float32 \[32, 1\]/,
    );
  });
});
