import { describe, expect, it } from 'vitest';
import type { CheckpointFrame } from '../../contract/tensorFrame.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { checkTraining } from '../../engine/training/checkTraining.js';
import { ortWasm } from '../../workers/backends/ortWasm.node.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { JobControl } from '../../workers/jobControl.js';
import { exportHere } from './exportHere.js';
import { runEvaluate, runPredict } from '../../workers/modelJobs.js';
import { rings, trainHere } from './rings.js';

function bytesOf(frame: CheckpointFrame): Map<string, string> {
  return new Map(
    frame.tensors.map(({ name, tensor: { data } }) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
    ]),
  );
}

describe('Trainer', () => {
  it('learns to tell a disc from a ring', async () => {
    const { last } = await trainHere(rings());
    expect(last('finished').metrics.test_accuracy).toBeGreaterThan(0.95);
  });

  it('gives the same weights for the same seed', async () => {
    const [a, b] = [await trainHere(rings()), await trainHere(rings())];
    expect(bytesOf(a.last('checkpoint').checkpoint)).toEqual(bytesOf(b.last('checkpoint').checkpoint));
  });

  it.each([1, 17, 40])('resumes bit-equal after a stop at step %i', async (stopAfter) => {
    const data = rings({ average: { decay: 0.9 }, schedule: { type: 'reduceOnPlateau', options: { patience: 1 } } });
    const whole = await trainHere(data);
    const first = await trainHere(data, { stopAfter });
    expect(first.last('interrupted').step).toBe(stopAfter);
    const second = await trainHere(data, { resume: structuredClone(first.last('checkpoint').checkpoint) });
    expect(bytesOf(second.last('checkpoint').checkpoint)).toEqual(bytesOf(whole.last('checkpoint').checkpoint));
    expect(second.last('epoch').metrics).toEqual(whole.last('epoch').metrics);
  });

  it('gives nearly the same losses on WebAssembly', async () => {
    const native = (await trainHere(rings({ epochs: 2 }))).last('epoch').metrics.train_loss!;
    const wasm = (await trainHere(rings({ epochs: 2 }), { backend: ortWasm })).last('epoch').metrics.train_loss!;
    expect(Math.abs(native - wasm) / native).toBeLessThan(1e-4);
  });

  it('names the first non-finite tensor and keeps the checkpoint before it', async () => {
    const failing = trainHere(rings({ optimizer: { type: 'sgd' }, learningRate: 1e6, epochs: 50 }));
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('train.notFinite');
    expect((error as EngineError).message).toMatch(/the first (NaN|infinity) is in \w+ '/);
  });

  it('keeps the best epoch when asked', async () => {
    const told = await trainHere(rings({ keep: 'best', learningRate: 0.2, epochs: 8 }));
    const losses = told.events.flatMap((event) => (event.type === 'epoch' ? [event.metrics.val_loss!] : []));
    expect(told.last('finished').metrics.val_loss).toBeCloseTo(Math.min(...losses), 6);
  });

  it('reports metrics that need every prediction, and one metric twice', async () => {
    const metrics = [{ type: 'auc' }, { type: 'topK', options: { k: 1 } }, { type: 'topK', options: { k: 2 } }];
    const { metrics: found } = (await trainHere(rings({ metrics }))).last('finished');
    expect(found.test_auc).toBeGreaterThan(0.97);
    expect(found.test_topK_1).toBeGreaterThan(0.9);
    expect(found.test_topK_2).toBe(1);
  });

  it('trains to the same weights when activations are computed again', async () => {
    const [plain, again] = [await trainHere(rings()), await trainHere(rings({ recompute: true }))];
    expect(bytesOf(again.last('checkpoint').checkpoint)).toEqual(bytesOf(plain.last('checkpoint').checkpoint));
  });

  it('leaves a group alone whose rate factor is 0', async () => {
    const groups = [{ parameters: 'hidden*', rateFactor: 0 }];
    const [one, two] = [
      { epochs: 1, groups },
      { epochs: 2, groups },
    ].map((settings) => rings(settings));
    const [first, second] = [await trainHere(one!), await trainHere(two!)];
    const [before, after] = [first, second].map(({ last }) => bytesOf(last('checkpoint').checkpoint));
    expect(after!.get('hidden.weight')).toBe(before!.get('hidden.weight'));
    expect(after!.get('out.weight')).not.toBe(before!.get('out.weight'));
  });

  it('pauses between two steps, and then trains on to the same weights', async () => {
    const plain = await trainHere(rings({ epochs: 3 }));
    const channel = new JobControl();
    const told = await trainHere(rings({ epochs: 3 }), {
      control: {
        channel,
        hear: (event) => {
          if (event.type === 'epoch' && event.epoch === 1) channel.hear('pause');
          if (event.type === 'paused') channel.hear('resume');
        },
      },
    });
    const types = told.events.map(({ type }) => type).filter((type) => type !== 'metrics' && type !== 'progress');
    expect(types.slice(types.indexOf('epoch'), types.indexOf('continued') + 1)).toEqual([
      'epoch',
      'checkpoint',
      'paused',
      'continued',
    ]);
    expect(bytesOf(told.last('checkpoint').checkpoint)).toEqual(bytesOf(plain.last('checkpoint').checkpoint));
  });

  it('can be stopped while it is paused', async () => {
    const channel = new JobControl();
    channel.hear('pause');
    const told = await trainHere(rings(), {
      control: {
        channel,
        hear: ({ type }) => {
          if (type === 'paused') channel.hear('stop');
        },
      },
    });
    expect(told.last('interrupted')).toEqual({ type: 'interrupted', step: 0 });
  });

  it('saves checkpoints between epochs, each of which continues to the same weights', async () => {
    const data = rings({ epochs: 3 });
    const told = await trainHere(data, { request: { checkpointSeconds: 1e-6 } });
    const frames = told.events.flatMap((event) => (event.type === 'checkpoint' ? [event.checkpoint] : []));
    expect(frames.map(({ step }) => step)).toContain(10);
    const again = await trainHere(data, { resume: frames.find(({ step }) => step === 10)! });
    expect(bytesOf(again.last('checkpoint').checkpoint)).toEqual(bytesOf(frames.at(-1)!));
  });

  it('stops early when the watched metric does not get better', async () => {
    const told = await trainHere(rings({ earlyStopping: { patience: 2 }, learningRate: 0.3, epochs: 200 }));
    expect(told.events.filter(({ type }) => type === 'epoch').length).toBeLessThan(200);
  });
});

describe('A trained model', () => {
  const request = { data: 'rings', seed: 7, backend: 'native' as const };

  it('evaluates, predicts and exports to the same numbers', async () => {
    const data = rings({ average: { decay: 0.9 } });
    const told = await trainHere(data);
    const { checkpoint } = told.last('checkpoint');
    const { metrics } = told.last('finished');
    const trained = { request, data, checkpoint };
    const options = { threads: 1 };
    const evaluated = await runEvaluate({ ...trained, kind: 'evaluate', splits: ['test'] }, ortNative, options);
    expect(evaluated.test_accuracy).toBe(metrics.test_accuracy);
    const columns = data.dataSet.columns.flatMap((column) => (column.type === 'number' ? [column] : []));
    const rows = Array.from({ length: data.dataSet.count }, (_, index) => ({
      name: `${index}`,
      row: Object.fromEntries(columns.map(({ name, values }) => [name, values[index]])),
    }));
    const predictions = await runPredict({ ...trained, kind: 'predict', rows }, ortNative, options);
    expect(predictions).toHaveLength(data.dataSet.count);
    const right = [...data.split.test].filter((index) => predictions[index]!.label === (index % 2 ? 'ring' : 'disc'));
    expect(right.length / data.split.test.length).toBeCloseTo(metrics.test_accuracy!, 6);
    const { check } = await exportHere(trained, 'onnx', { preprocessing: true });
    expect(check).toMatchObject({ kind: 'compared', examples: 50, changedDecisions: 0 });
    expect(check.kind === 'compared' && check.largestDifference).toBeLessThan(1e-5);
  });
});

describe('Checking a training before it starts', () => {
  const wrong =
    (settings: Record<string, unknown>): (() => void) =>
    () =>
      checkTraining(rings(settings));

  it('names an optimizer, loss, metric or schedule that does not exist', () => {
    expect(wrong({ optimizer: { type: 'foo' } })).toThrow(/Optimizer 'foo': no such optimizer/);
    expect(wrong({ loss: { type: 'foo' } })).toThrow(/Loss 'foo': no such loss/);
    expect(wrong({ metrics: [{ type: 'foo' }] })).toThrow(/Metric 'foo'/);
    expect(wrong({ schedule: { type: 'foo' } })).toThrow(/Schedule 'foo'/);
  });

  it('refuses a model whose output does not fit the target', () => {
    const data = rings();
    const layers = data.spec!.layers.map((layer) => (layer.id === 'out' ? { ...layer, options: { units: 5 } } : layer));
    const check = (): void => checkTraining({ ...data, spec: { ...data.spec!, layers } });
    expect(check).toThrow(/last dimension of the output must be 2 for target 'class'/);
  });
});
