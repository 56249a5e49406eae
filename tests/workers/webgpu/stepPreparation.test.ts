// Random fields and batches that the GPU makes, against those that TypeScript makes: bit for bit.
import { expect, it } from 'vitest';
import { BatchPlan } from '../../../engine/data/batches.js';
import { targetFrom, type ExampleSet, type Field } from '../../../engine/data/exampleSet.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import type { Tensor } from '../../../engine/ir/tensor.js';
import type { KernelPlan, PlanBuffer } from '../../../engine/kernels/kernelPlan.js';
import { integers, uniforms } from '../../../engine/random/fields.js';
import { halves } from '../../../engine/random/philox.js';
import { drawRandom } from '../../../engine/training/stepFeeds.js';
import type { RandomField } from '../../../engine/training/stepGraph.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { gatherKernels } from '../../../workers/webgpu/gatherKernels.js';
import { GpuData } from '../../../workers/webgpu/gpuData.js';
import { PlanRunner } from '../../../workers/webgpu/planRunner.js';
import { randomFields } from '../../../workers/webgpu/randomFields.js';
import { Readback } from '../../../workers/webgpu/readback.js';
import { withKernelsBefore, type StepKernel } from '../../../workers/webgpu/stepKernel.js';
import { describeOnGpu } from './testDevice.js';

const empty: KernelPlan = { buffers: [], commands: [], inputs: [], outputs: [] };

const external = (label: string, storage: PlanBuffer['storage'], elements: number): PlanBuffer => ({
  label,
  storage,
  elements,
  role: 'external',
});

function bitsOf({ data }: Tensor): number[] {
  return [...new Uint32Array(data.buffer, data.byteOffset, data.length)];
}

async function read(
  opened: OpenDevice,
  runner: PlanRunner,
  label: string,
  dtype: 'float32' | 'int32',
  offset: number,
  shape: readonly number[],
): Promise<Tensor> {
  const stored = { name: label, dtype, shape, buffer: runner.buffer(label), offset };
  const readback = new Readback(opened);
  const result = await readback.read([stored]);
  readback.dispose();
  return result[label]!;
}

describeOnGpu('Random fields on the GPU', (opened) => {
  const fields: RandomField[] = [
    { name: 'random/one', distribution: 'uniform', shape: [1] },
    { name: 'random/two', distribution: 'normal', shape: [7] },
    { name: 'random/large', distribution: 'normal', shape: [33, 1001] },
    { name: 'random/scalar', distribution: 'normal', shape: [] },
    { name: 'random/wide', distribution: 'uniform', shape: [3, 5, 4099] },
    { name: 'random/last', distribution: 'uniform', shape: [4] },
  ];

  it.each([
    [0, 1],
    [7, 2],
    [2 ** 32 + 5, 2 ** 32 - 1],
    [2 ** 53 - 1, 2 ** 40 + 12_345],
  ])('have the bits of the processor, seed %d, step %d', async (seed, step) => {
    const made = randomFields(fields, { seed, stepAt: 3, scalars: 'scalars', random: 'random' });
    const buffers = [...made.buffers, external('scalars', 'f32', 8), external('random', 'f32', made.elements)];
    const runner = await PlanRunner.open(opened, withKernelsBefore(empty, [made.kernel], buffers));
    opened.device.queue.writeBuffer(runner.buffer('scalars'), 12, Int32Array.from(halves(step)));
    await runner.run();
    for (const field of fields) {
      const found = await read(opened, runner, 'random', 'float32', made.offsets[field.name]!, field.shape);
      expect(bitsOf(found), field.name).toEqual(bitsOf(drawRandom(field, { seed, step })));
    }
    await runner.dispose();
  });
});

/** Fields of every kind of source, over 50 examples. */
function examplesOfEveryKind(): ExampleSet {
  const key = { seed: 3, purpose: 'data' };
  const bytes = Uint8Array.from(integers(key, 50 * 3 * 7, 0, 256));
  const tables = [0, 1, 2].map((channel) => uniforms({ ...key, step: channel + 1 }, 256));
  const rows = uniforms(key, 50 * 5);
  const text = integers(key, 400, 0, 40);
  const codes = integers({ ...key, step: 9 }, 50, 0, 10);
  const field = (
    name: string,
    dtype: Field['dtype'],
    shape: readonly number[],
    source: Field['source'],
    at: (example: number, within: number) => number,
  ): Field => ({
    name,
    dtype,
    shape,
    source,
    gather(examples, into) {
      const size = sizeOf(shape);
      for (let place = 0; place < examples.length; place++)
        for (let within = 0; within < size; within++) into[place * size + within] = at(examples[place]!, within);
    },
  });
  return {
    count: 50,
    inputs: [
      field('image', 'float32', [3, 7], { kind: 'bytes', bytes, tables }, (example, within) => {
        return tables[Math.floor(within / 7)]![bytes[example * 21 + within]!]!;
      }),
      field('row', 'float32', [5], { kind: 'rows', rows }, (example, within) => rows[example * 5 + within]!),
      field(
        'history',
        'float32',
        [4, 5],
        { kind: 'history', rows, width: 5, steps: 4, horizon: 2 },
        (example, within) => rows[Math.max(0, example - 5 + Math.floor(within / 5)) * 5 + (within % 5)]!,
      ),
      field('text', 'int32', [9], { kind: 'windows', text, stride: 7, shift: 1 }, (example, within) => {
        return text[example * 7 + 1 + within]!;
      }),
      field('computed', 'float32', [2], { kind: 'computed' }, (example, within) => example / 7 + within),
    ],
    target: field('target', 'int32', [], { kind: 'rows', rows: codes }, (example) => codes[example]!),
  };
}

/** The same with an input as the target. */
function reconstructed({ count, inputs }: ExampleSet): ExampleSet {
  return { count, inputs, target: targetFrom(inputs[0]!) };
}

describeOnGpu('Batches gathered on the GPU', (opened) => {
  it.each([
    [8, 2, examplesOfEveryKind()],
    [5, 5, examplesOfEveryKind()],
    [8, 2, reconstructed(examplesOfEveryKind())],
  ])(
    'have the bits of the processor with %d storage buffers a kernel',
    async (storageBuffers, kernelCount, examples) => {
      const before = opened.memory.bytesInUse;
      const data = (await GpuData.upload(opened, examples))!;
      const batchSize = 6;
      const plan = new BatchPlan({
        examples: Int32Array.from({ length: 20 }, (_, index) => 49 - index),
        batchSize,
        seed: 5,
        shuffle: true,
      });
      const ends = { f32: 0, i32: 0 };
      const names = [...data.fields.map(({ name, shape, storage }) => ({ name, size: sizeOf(shape), storage }))];
      const places = Object.fromEntries(
        [...names, { name: 'weights', size: 1, storage: 'f32' as const }].map(({ name, size, storage }) => {
          const offset = ends[storage];
          ends[storage] += size * batchSize + 3;
          return [name, { buffer: `batch/${storage}`, offset }];
        }),
      );
      const kernels: StepKernel[] = gatherKernels(data.fields, {
        batchSize,
        scalars: 'scalars',
        placeAt: 1,
        order: 'order',
        places,
        weights: 'weights',
        storageBuffers,
      });
      expect(kernels.length).toBe(kernelCount);
      const buffers = [
        ...data.planBuffers,
        external('scalars', 'f32', 4),
        external('order', 'i32', 20),
        external('batch/f32', 'f32', ends.f32),
        external('batch/i32', 'i32', ends.i32),
      ];
      const runner = await PlanRunner.open(opened, withKernelsBefore(empty, kernels, buffers), {
        external: data.buffers,
      });
      for (const step of [0, 3]) {
        const members = plan.at(2, step);
        const order = Array.from({ length: 4 }, (_, at) => [
          ...plan.at(2, at).examples.slice(0, plan.at(2, at).filled),
        ]).flat();
        opened.device.queue.writeBuffer(runner.buffer('order'), 0, Int32Array.from(order));
        opened.device.queue.writeBuffer(
          runner.buffer('scalars'),
          4,
          Uint32Array.from([step * batchSize, members.filled]),
        );
        await runner.run();
        for (const field of [...examples.inputs, examples.target]) {
          const shape = [batchSize, ...field.shape];
          const expected = field.dtype === 'float32' ? new Float32Array(sizeOf(shape)) : new Int32Array(sizeOf(shape));
          (field as Field<'float32'>).gather(members.examples, expected as Float32Array);
          const { buffer, offset } = places[field.name]!;
          const found = await read(opened, runner, buffer, field.dtype, offset, shape);
          expect([...(found.data as Float32Array)], field.name).toEqual([...expected]);
        }
        const { buffer, offset } = places.weights!;
        const weights = await read(opened, runner, buffer, 'float32', offset, [batchSize]);
        expect([...(weights.data as Float32Array)]).toEqual([...members.weights]);
      }
      await runner.dispose();
      data.dispose();
      expect(opened.memory.bytesInUse).toBe(before);
    },
  );

  it('are gathered from one place where the target is an input once more', async () => {
    const data = (await GpuData.upload(opened, reconstructed(examplesOfEveryKind())))!;
    const [image, target] = ['image', 'target'].map((wanted) => data.fields.find(({ name }) => name === wanted)!);
    expect(target!.source).toEqual(image!.source);
    expect(data.planBuffers.map(({ label }) => label)).not.toContain('data/target');
    data.dispose();
  });

  it('are streamed where the data exceeds its share of memory', async () => {
    expect(await GpuData.upload(opened, examplesOfEveryKind(), { budget: 1000 })).toBeUndefined();
  });
});
