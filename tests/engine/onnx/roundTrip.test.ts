import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProtoSchema, type ModelProto } from 'onnx-buf';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { dtypes } from '../../../engine/ir/dtype.js';
import { Graph, Node, Value } from '../../../engine/ir/graph.js';
import { onnxTypeNumbers } from '../../../engine/ir/onnxTypes.js';
import { elements, tensorOf } from '../../../engine/ir/tensor.js';
import { decodeModel } from '../../../engine/onnx/decode.js';
import { decodeTensor } from '../../../engine/onnx/decodeTensor.js';
import { encodeModel, encodeTensor } from '../../../engine/onnx/encode.js';
import { encodeExternal } from '../../../engine/onnx/externalData.js';
import { Emit } from '../../../engine/ops/emit.js';

function smallGraph(): Graph {
  const graph = new Graph('small');
  const emit = new Emit(graph);
  const x = emit.input('x', 'float32', ['batch', 3]);
  const w = emit.constant(tensorOf('float32', [3, 2], [1, 2, 3, 4, 5, 6]), 'w');
  emit.output(emit.softmax(emit.matMul(x, w)));
  return graph;
}

const edited = (edit: (proto: ModelProto) => void, graph = smallGraph()): Uint8Array => {
  const proto = fromBinary(ModelProtoSchema, encodeModel(graph));
  edit(proto);
  return toBinary(ModelProtoSchema, proto);
};

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return 'none';
}

describe('decoding and encoding', () => {
  it('keeps a model to the byte', () => {
    const bytes = encodeModel(smallGraph());
    const model = decodeModel(bytes);
    expect(encodeModel(model.graph, { from: model })).toEqual(bytes);
  });

  it('keeps unknown fields, metadata, doc strings and what the graph has no place for', () => {
    const bytes = edited((proto) => {
      proto.docString = 'about';
      proto.metadataProps.push(
        create(ModelProtoSchema, { metadataProps: [{ key: 'a', value: 'b' }] }).metadataProps[0]!,
      );
      proto.$unknown = [{ no: 4242, wireType: WireType.Varint, data: Uint8Array.of(7) }];
      proto.graph!.$unknown = [{ no: 4243, wireType: WireType.Varint, data: Uint8Array.of(8) }];
      proto.graph!.node[0]!.$unknown = [{ no: 4244, wireType: WireType.Varint, data: Uint8Array.of(9) }];
      proto.graph!.node[0]!.docString = 'product';
      proto.graph!.input[0]!.docString = 'pixels';
      proto.domain = 'org.example';
      proto.modelVersion = 3n;
    });
    const model = decodeModel(bytes);
    expect(model.docString).toBe('about');
    expect(model.metadata).toEqual({ a: 'b' });
    expect(encodeModel(model.graph, { from: model })).toEqual(bytes);
  });

  it('reads every element type, raw and typed', () => {
    for (const dtype of dtypes) {
      const source = tensorOf(dtype, [2, 1], [1, 0]);
      const raw = encodeTensor(source, 't');
      expect(decodeTensor(raw, 't', {})).toEqual(source);
      const list = [...(source.data as Float32Array)];
      const typed = create(TensorProtoSchema, { dims: [2n, 1n], dataType: onnxTypeNumbers[dtype] });
      if (dtype === 'float32') typed.floatData = list;
      else if (dtype === 'float64') typed.doubleData = list;
      else if (dtype === 'int64') typed.int64Data = list.map(BigInt);
      else typed.int32Data = list;
      expect(decodeTensor(typed, 't', {})).toEqual(source);
    }
  });

  it('keeps constants of element types that it does not compute with', () => {
    const bytes = edited((proto) => {
      proto.graph!.initializer.push(
        create(TensorProtoSchema, { name: 's', dataType: 8, dims: [1n], stringData: [Uint8Array.of(65)] }),
      );
      proto.graph!.node[0]!.opType = 'Custom';
      proto.graph!.node[0]!.domain = 'org.example';
      proto.graph!.node[0]!.input.push('s');
    });
    const model = decodeModel(bytes);
    expect(model.diagnostics.map(({ code }) => code)).toEqual(['onnx.elementType']);
    expect(encodeModel(model.graph, { from: model })).toEqual(bytes);
  });

  it('turns Constant nodes into constants and sorts nodes', () => {
    const bytes = edited((proto) => {
      const graph = proto.graph!;
      const [w] = graph.initializer;
      const constant = create(ModelProtoSchema, {
        graph: {
          node: [
            {
              opType: 'Constant',
              output: ['w'],
              attribute: [{ name: 'value', type: AttributeProto_AttributeType.TENSOR, t: { ...w!, name: '' } }],
            },
          ],
        },
      }).graph!.node[0]!;
      graph.initializer = [];
      graph.node = [...graph.node].reverse();
      graph.node.push(constant);
    });
    const { graph } = decodeModel(bytes);
    expect(graph.nodes.map(({ type }) => type)).toEqual(['MatMul', 'Softmax']);
    expect(elements(graph.constants()[0]!.constant!)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('resolves outer values of subgraphs by name and writes them back', () => {
    const branch = (type: string, outer: Value): Graph => {
      const inner = new Graph(type);
      const result = new Value(`${type}_result`, { dtype: 'float32', shape: [2] });
      inner.nodes.push(new Node(type, type, [outer], [result]));
      inner.outputs.push(result);
      return inner;
    };
    const graph = new Graph('conditional');
    const emit = new Emit(graph);
    const condition = emit.input('condition', 'bool', []);
    const x = emit.input('x', 'float32', [2]);
    const y = new Value('y', { dtype: 'float32', shape: [2] });
    graph.nodes.push(
      new Node('If', 'if', [condition], [y], {
        then_branch: { kind: 'graph', value: branch('Neg', x) },
        else_branch: { kind: 'graph', value: branch('Exp', x) },
      }),
    );
    graph.outputs.push(y);
    const bytes = encodeModel(graph);
    const model = decodeModel(bytes);
    const then = model.graph.nodes[0]!.attributes.then_branch!.value as Graph;
    expect(then.nodes[0]!.inputs[0]).toBe(model.graph.inputs[1]);
    expect(encodeModel(model.graph, { from: model })).toEqual(bytes);
  });

  it('writes the largest int64 of an attribute back as itself', () => {
    const graph = smallGraph();
    graph.nodes[0]!.attributes = { far: { kind: 'ints', value: [2 ** 63, -(2 ** 63)] } };
    const proto = fromBinary(ModelProtoSchema, encodeModel(graph));
    expect(proto.graph!.node[0]!.attribute[0]!.ints).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
  });
});

describe('size', () => {
  it('beyond 2 GiB is refused unless the weights lie outside', () => {
    const graph = smallGraph();
    const value = graph.constants()[0]!;
    value.constant = { ...value.constant!, data: { byteLength: 2 ** 31 } as unknown as Float32Array };
    expect(() => encodeModel(graph)).toThrow('must be below 2 GiB, got 2.00 GiB; write its weights as external data');
  });
});

describe('faults of a file', () => {
  it('are located and have codes', () => {
    const cases: [string, (proto: ModelProto) => void][] = [
      ['onnx.malformed', (proto) => delete proto.graph],
      ['onnx.missingValue', (proto) => (proto.graph!.node[0]!.input[1] = 'nowhere')],
      ['onnx.missingValue', (proto) => (proto.graph!.output[0]!.name = 'nowhere')],
      ['onnx.duplicateName', (proto) => (proto.graph!.node[1]!.output[0] = proto.graph!.node[0]!.output[0]!)],
      ['onnx.duplicateName', (proto) => proto.graph!.initializer.push(proto.graph!.initializer[0]!)],
      ['onnx.cycle', (proto) => (proto.graph!.node[0]!.input[0] = proto.graph!.node[1]!.output[0]!)],
      ['onnx.tensor', (proto) => (proto.graph!.initializer[0]!.dims = [2n ** 40n, 2n])],
      ['onnx.tensor', (proto) => (proto.graph!.initializer[0]!.dims = [2n ** 40n, 2n ** 40n])],
      ['onnx.tensor', (proto) => (proto.graph!.initializer[0]!.dims = [-3n, -2n])],
      ['onnx.opset', (proto) => (proto.opsetImport[0]!.version = -1n)],
      ['onnx.name', (proto) => (proto.graph!.input[0]!.name = '')],
      ['onnx.node', (proto) => (proto.graph!.node[0]!.opType = '')],
    ];
    for (const [code, edit] of cases) expect(codeOf(() => decodeModel(edited(edit)))).toBe(code);
  });

  it('names the node of a missing input', () => {
    const bytes = edited((proto) => (proto.graph!.node[0]!.input[1] = 'nowhere'));
    expect(() => decodeModel(bytes)).toThrow("MatMul 'MatMul': nothing makes its input 'nowhere'");
  });
});

describe('external data', () => {
  const read =
    (data: Uint8Array) =>
    (location: string, offset: number, length: number): Uint8Array => {
      expect(location).toBe('weights.bin');
      return data.subarray(offset, offset + length);
    };

  it('is written at page boundaries and read back', () => {
    const graph = smallGraph();
    const emit = new Emit(graph);
    graph.outputs = [emit.add(graph.outputs[0]!, emit.constant(tensorOf('float32', [2], [7, 8]), 'bias'))];
    const { model, data } = encodeExternal(graph, { location: 'weights.bin', threshold: 1 });
    expect(data.length).toBe(4096 + 8);
    const constants = decodeModel(model, { readRange: read(data) }).graph.constants();
    const byName = Object.fromEntries(constants.map(({ name, constant }) => [name, elements(constant!)]));
    expect(byName).toEqual({ w: [1, 2, 3, 4, 5, 6], bias: [7, 8] });
  });

  it('outside the folder, truncated or unreadable is refused', () => {
    const { model, data } = encodeExternal(smallGraph(), { location: 'weights.bin', threshold: 1 });
    const at = (location: string, key = 'location'): Uint8Array => {
      const proto = fromBinary(ModelProtoSchema, model);
      proto.graph!.initializer[0]!.externalData.find((entry) => entry.key === key)!.value = location;
      return toBinary(ModelProtoSchema, proto);
    };
    for (const location of [
      '../weights.bin',
      '/etc/passwd',
      'a/../../b',
      'C:\\x',
      'a\0b',
      '',
      'a//b',
      '..',
      'a\\..\\b',
    ])
      expect(codeOf(() => decodeModel(at(location), { readRange: read(data) }))).toBe('onnx.externalData');
    expect(codeOf(() => decodeModel(at('-4', 'offset'), { readRange: read(data) }))).toBe('onnx.externalData');
    expect(codeOf(() => decodeModel(at('99999999999999999999', 'length'), { readRange: read(data) }))).toBe(
      'onnx.externalData',
    );
    expect(codeOf(() => decodeModel(model, { readRange: read(data.subarray(0, 10)) }))).toBe('onnx.externalData');
    expect(codeOf(() => decodeModel(model))).toBe('onnx.externalData');
  });
});
