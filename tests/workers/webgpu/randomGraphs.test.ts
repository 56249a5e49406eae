// Random graphs on the GPU, several outputs at once, so that everything meets everything within a kernel: against the CPU.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { randomNumbers } from '../../../engine/autodiff/numericGradient.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { GpuLowerings } from '../../../engine/kernels/gpuLowerings.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit } from '../../../engine/ops/emit.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { webgpuBackend } from '../../../workers/backends/webgpu.js';
import type { OpenDevice } from '../../../workers/webgpu/device.js';
import { applications, apply, drawsFrom, type Draw } from '../../engine/ops/applications.js';
import { tensorError } from '../../engine/kernels/tensorError.js';
import { describeOnGpu } from './testDevice.js';

type Feeds = Record<string, Tensor>;
const dims = (value: Value): readonly number[] => value.shape as readonly number[];

/** What may follow a value of any shape; all keep numbers of moderate size. */
const steps: readonly ((emit: Emit, x: Value, others: readonly Value[], draw: Draw) => Value)[] = [
  (emit, x) => emit.node('Tanh', [x]),
  (emit, x) => emit.node('Sigmoid', [x]),
  (emit, x) => emit.relu(x),
  (emit, x) => emit.mul(x, 0.5),
  (emit, x, others, draw) => emit.add(x, emit.reduceMean(others[draw(others.length)]!)),
  (emit, x, others) => {
    const like = others.find((other) => other !== x && dims(other).join() === dims(x).join());
    return like ? emit.sub(x, like) : emit.square(x);
  },
  (emit, x, _others, draw) => emit.reduceMean(x, [draw(dims(x).length)], draw(2) === 1),
  (emit, x, _others, draw) => emit.reduceMax(x, [draw(dims(x).length)], true),
  (emit, x, _others, draw) => emit.sub(x, emit.reduceMean(x, [draw(dims(x).length)], true)),
  (emit, x, _others, draw) => emit.node('Softmax', [x], { axis: draw(dims(x).length) }),
  (emit, x) => emit.transpose(x, [...dims(x).keys()].reverse()),
  (emit, x) => emit.reshape(x, [-1, dims(x)[0]!]),
  (emit, x, _others, draw) => emit.concat([x, emit.mul(x, -1)], draw(dims(x).length)),
  (emit, x, _others, draw) => {
    const axis = draw(dims(x).length);
    return emit.slice(x, [draw(dims(x)[axis]!)], [2 ** 31 - 1], [axis]);
  },
  (emit, x, _others, draw) =>
    emit.pad(
      x,
      [...dims(x), ...dims(x)].map(() => draw(2)),
    ),
  (emit, x) => {
    const matrix = emit.reshape(x, [-1, dims(x).at(-1)!]);
    return emit.mul(emit.matMul(matrix, emit.transpose(matrix, [1, 0])), 0.1);
  },
  (emit, x, others, draw) => {
    const left = emit.reshape(x, [-1, 1]);
    const right = emit.reshape(others[draw(others.length)]!, [1, -1]);
    return emit.reduceMean(emit.mul(left, right), [draw(2)], false);
  },
];

/** No tensor grows beyond this. */
const largest = 3000;

function grow(emit: Emit, draw: Draw, start: readonly Value[]): Value[] {
  const values = [...start];
  for (let step = 3 + draw(8); step > 0; step--) {
    const x = values[Math.max(0, values.length - 1 - draw(3))]!;
    if (dims(x).length === 0 || dims(x).length > 5) continue;
    const next = steps[draw(steps.length)]!(emit, x, values, draw);
    if (sizeOf(dims(next)) <= largest && sizeOf(dims(next)) > 0) values.push(next);
  }
  return values;
}

async function runOn(backend: Backend, graph: Graph, feeds: Feeds): Promise<Record<string, Tensor>> {
  const session = await backend.open(encodeModel(graph), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** The device as if it were a real GPU, or a processor that emulates one: kernels are scheduled differently. */
function seenAs(device: OpenDevice, software: boolean): OpenDevice {
  return Object.create(device, { target: { value: { ...device.target, software } } }) as OpenDevice;
}

describe.each([
  { software: true, machine: 'an emulated GPU' },
  { software: false, machine: 'a real GPU' },
])('as scheduled for $machine,', ({ software }) => {
  describeOnGpu('random graphs', (device) => {
    const webgpu = webgpuBackend({ device: () => Promise.resolve(seenAs(device, software)) });

    async function expectAlike(graph: Graph, feeds: Feeds): Promise<void> {
      const [computed, native] = await Promise.all([webgpu, ortNative].map((each) => runOn(each, graph, feeds)));
      const errors = Object.entries(native!).map(
        ([name, wanted]) => [name, tensorError(computed![name]!, wanted)] as const,
      );
      expect(errors.filter(([, error]) => !(error <= 1e-4))).toEqual([]);
    }

    it('give what the CPU gives, with their gradients', async () => {
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat(9999)), async (stream) => {
          const draw = drawsFrom(stream);
          const graph = new Graph();
          const emit = new Emit(graph, new GpuLowerings());
          const feeds: Feeds = {};
          const inputs = ['x', 'y'].map((name, at) => {
            const shape = Array.from({ length: 1 + draw(4) }, () => 1 + draw(5));
            feeds[name] = tensorOf('float32', shape, randomNumbers(sizeOf(shape), at));
            return emit.input(name, 'float32', shape);
          });
          const made = grow(emit, draw, inputs).slice(2);
          const outputs = made.filter((_, at) => at === made.length - 1 || draw(3) === 0);
          const gradients = differentiate(
            emit,
            outputs.map((value) => ({ value })),
            inputs,
          );
          for (const value of [...outputs, ...gradients]) if (value) emit.output(emit.identity(value));
          if (graph.outputs.length > 0) await expectAlike(graph, feeds);
        }),
        { numRuns: process.env.DESCENT_ALL_CASES === '1' ? 300 : 12, seed: 5 },
      );
    });

    it('of all shaping, indexing and reduction operators side by side give what the CPU gives', async () => {
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat(9999)), async (stream) => {
          const draw = drawsFrom(stream);
          const emit = new Emit(new Graph());
          const feeds: Feeds = {};
          for (const [type, make] of Object.entries(applications)) {
            const application = make(draw);
            const { inputs, outputs } = apply(emit, type, application);
            inputs.forEach(({ name, dtype, shape }, at) => {
              const count = sizeOf(shape as readonly number[]);
              const drawn = randomNumbers(count, at).map((x) => (type === 'ReduceLogSum' ? Math.abs(x) + 0.1 : x));
              const values = application.indices?.includes(at) ? new Float64Array(count) : drawn;
              feeds[name] = tensorOf(dtype!, shape as readonly number[], values);
            });
            outputs.forEach((output) => emit.output(output));
          }
          await expectAlike(emit.graph, feeds);
        }),
        { numRuns: process.env.DESCENT_ALL_CASES === '1' ? 40 : 2, seed: 6 },
      );
    });
  });
});
