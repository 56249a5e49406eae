// Integers, bytes and booleans on the GPU, where they are 32 bits wide, against onnxruntime on the CPU.
import { expect, it } from 'vitest';
import type { DType } from '../../../engine/ir/dtype.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { onnxTypeNumbers } from '../../../engine/ir/onnxTypes.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import type { AttributeArguments } from '../../../engine/ops/attributes.js';
import { Emit } from '../../../engine/ops/emit.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { webgpuBackend } from '../../../workers/backends/webgpu.js';
import { describeOnGpu } from './testDevice.js';

interface Application {
  readonly type: string;
  readonly inputs: (emit: Emit, x: Value, y: Value) => readonly (Value | undefined)[];
  readonly attributes?: AttributeArguments;
  readonly types: readonly DType[];
  readonly outputs?: number;
}

const numbers: Readonly<Record<string, readonly number[]>> = {
  int64: [7, -7, 0, 3, -3, 100_000, -2, 5, -1, 2, 9, -9],
  int32: [7, -7, 0, 3, -3, 100_000, -2, 5, -1, 2, 9, -9],
  int8: [7, -7, 0, 3, -3, 127, -128, 5, -1, 2, 9, -9],
  uint8: [7, 250, 0, 3, 255, 128, 127, 5, 1, 2, 9, 200],
  bool: [1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1],
  float32: [7.5, -7.5, 0, 3.2, -3.9, 300, -200, 5, -0.4, 2, 255.7, -9],
};

const shape = [1, 1, 3, 4];
const whole: readonly DType[] = ['int64', 'int32'];
const bytes: readonly DType[] = ['int8', 'uint8'];

const unary = (type: string, types: readonly DType[], attributes: AttributeArguments = {}): Application => ({
  type,
  inputs: (_emit, x) => [x],
  attributes,
  types,
});
const binary = (type: string, types: readonly DType[], attributes: AttributeArguments = {}): Application => ({
  type,
  inputs: (_emit, x, y) => [x, y],
  attributes,
  types,
});
const along = (type: string, types: readonly DType[], ...lists: readonly number[][]): Application => ({
  type,
  inputs: (emit, x) => [x, ...lists.map((list) => emit.ints(list))],
  types,
});
const casts = (['int64', 'int32', 'uint8', 'bool', 'float32'] as const).map((to) =>
  unary('Cast', ['int64', 'int32', 'int8', 'uint8', 'bool'], { to: onnxTypeNumbers[to] }),
);

const applications: readonly Application[] = [
  ...['Add', 'Sub', 'Mul', 'Max', 'Min', 'Equal', 'Less', 'GreaterOrEqual'].map((type) => binary(type, whole)),
  ...['And', 'Or', 'Xor', 'Equal'].map((type) => binary(type, ['bool'])),
  binary('Max', bytes),
  binary('Min', bytes),
  binary('Less', bytes),
  ...['Abs', 'Neg', 'Sign'].map((type) => unary(type, whole)),
  unary('Sign', bytes),
  unary('Not', ['bool']),
  ...casts,
  unary('Cast', ['float32'], { to: onnxTypeNumbers.int32 }),
  along('ReduceMax', [...whole, ...bytes], [-1]),
  along('ReduceMin', [...whole, ...bytes], [-1]),
  along('ReduceSum', whole, [2]),
  along('ReduceProd', ['int32'], [2]),
  unary('ArgMax', ['int32', 'int8', 'uint8'], { axis: 3 }),
  unary('ArgMin', ['int32'], { axis: 2, select_last_index: 1 }),
  { type: 'CumSum', inputs: (emit, x) => [x, emit.ints([3])], types: whole },
  unary('MaxPool', bytes, { kernel_shape: [2, 2], pads: [1, 1, 1, 1] }),
  unary('Transpose', ['int64', 'int8', 'uint8', 'bool'], { perm: [3, 2, 1, 0] }),
  binary('Concat', ['int64', 'int8', 'uint8', 'bool'], { axis: -1 }),
  along('Pad', ['int64', 'int8', 'uint8', 'bool'], [0, 0, 1, 0, 0, 0, 0, 2]),
  along('Slice', ['int8', 'uint8', 'bool'], [3], [-9], [3], [-1]),
  along('Expand', ['uint8', 'bool'], [2, 1, 3, 4]),
  unary('Trilu', ['int64', 'bool'], { upper: 0 }),
  {
    type: 'Where',
    inputs: (emit, x, y) => [emit.greater(emit.cast(x, 'float32'), 1), x, y],
    types: ['int64', 'int32', 'uint8'],
  },
  {
    type: 'Gather',
    inputs: (emit, x) => [x, emit.ints([2, -1, 0])],
    attributes: { axis: 3 },
    types: ['uint8', 'bool'],
  },
  { type: 'TopK', inputs: (emit, x) => [x, emit.ints([2])], types: whole, outputs: 2 },
];

const feedsOf = (dtype: DType): Readonly<Record<string, Tensor>> => {
  const values = numbers[dtype]!;
  return { x: tensorOf(dtype, shape, values), y: tensorOf(dtype, shape, [...values.slice(5), ...values.slice(0, 5)]) };
};

describeOnGpu('elements that are not floats', (device) => {
  const webgpu = webgpuBackend({ device: () => Promise.resolve(device) });
  const named = applications.flatMap((application) => application.types.map((dtype) => ({ ...application, dtype })));

  it.each(named)('$type of $dtype', async ({ type, inputs, attributes, outputs, dtype }) => {
    const emit = new Emit(new Graph());
    const feeds = feedsOf(dtype);
    const [x, y] = ['x', 'y'].map((name) => emit.input(name, dtype, shape)) as [Value, Value];
    const made = emit.nodes(type, inputs(emit, x, y), attributes ?? {}, outputs ?? 1);
    made.forEach((output) => emit.output(output));
    emit.graph.inputs = emit.graph.inputs.filter((input) =>
      emit.graph.nodes.some((node) => node.inputs.includes(input)),
    );
    const [computed, native] = await Promise.all(
      [webgpu, ortNative].map(async (backend) => {
        const session = await backend.open(encodeModel(emit.graph), { threads: 1 });
        const result = await session.run(feeds);
        await session.dispose();
        return made.map(({ name }) => ({ dtype: result[name]!.dtype, values: elements(result[name]!) }));
      }),
    );
    expect(computed).toEqual(native);
  });

  it('wraps bytes around as conversions of C do', async () => {
    const emit = new Emit(new Graph());
    const x = emit.input('x', 'int32', [5]);
    const narrow = (['uint8', 'int8'] as const).map((to) => emit.cast(x, to));
    narrow.forEach((value) => emit.output(value));
    const session = await webgpu.open(encodeModel(emit.graph));
    const result = await session.run({ x: tensorOf('int32', [5], [-1, 256, 300, 128, -129]) });
    await session.dispose();
    expect(narrow.map(({ name }) => elements(result[name]!))).toEqual([
      [255, 0, 44, 128, 127],
      [-1, 0, 44, -128, 127],
    ]);
  });
});
