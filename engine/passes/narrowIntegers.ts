// Turns 64-bit integers into 32-bit ones: onnxruntime 1.30 computes int64 on the processor, and WGSL has none.
import { onnxTypeNumbers } from '../ir/onnxTypes.js';
import { Node, Value, type Graph } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import { subgraphsOf } from '../ir/subgraphs.js';
import { element, tensorOf, type Tensor } from '../ir/tensor.js';
import { Emit } from '../ops/emit.js';
import { definitionOf } from '../ops/index.js';
import { rankOf, staticShapeOf } from '../ops/valueTypes.js';
import { normalAxis } from '../ir/shape.js';
import { numberOf } from './attributeOf.js';

/** Inputs, by operator and index, that ONNX has as int64 only. */
const wideInputs: Readonly<Record<string, readonly number[]>> = {
  CenterCropPad: [1],
  ConstantOfShape: [0],
  Expand: [1],
  GatherND: [1],
  Pad: [1, 3],
  Reshape: [1],
  Resize: [3],
  ScatterND: [1],
  Slice: [1, 2, 3, 4],
  Split: [1],
  Squeeze: [1],
  Tile: [1],
  TopK: [1],
  Trilu: [1],
  Unsqueeze: [1],
};

const leastNarrow = -(2 ** 31);
const mostNarrow = 2 ** 31 - 1;

/**
 * Rewrites a graph so that inputs, outputs and what is computed between them are int32 where they were int64: their types
 * change. Constants that operators take as int64 only (shapes, axes) stay. Numbers beyond 32 bits do not survive; indices
 * and classes have none. A graph with subgraphs is left as it is.
 * @returns whether it was rewritten
 */
export function narrowIntegers(graph: Graph): boolean {
  if (graph.nodes.some((node) => subgraphsOf(node).length > 0)) return false;
  const emit = new Emit(graph);
  const narrowed = new Map<Tensor, Value>();
  const nodes = graph.nodes;
  graph.nodes = [];
  for (const input of graph.inputs) if (input.dtype === 'int64') input.dtype = 'int32';
  for (const node of nodes) {
    node.inputs = node.inputs.map((input, index) => input && operand(emit, node, input, index, narrowed));
    narrowAttributes(node);
    graph.nodes.push(node);
    narrowOutputs(emit, node);
  }
  return true;
}

function operand(emit: Emit, node: Node, input: Value, index: number, narrowed: Map<Tensor, Value>): Value {
  if (isWide(node, index)) return input.constant || input.dtype !== 'int32' ? input : emit.cast(input, 'int64');
  if (input.dtype !== 'int64' || !input.constant) return input;
  const known = narrowed.get(input.constant) ?? emit.constant(narrow(input.constant), input.name);
  narrowed.set(input.constant, known);
  return known;
}

/** Axes are the second input of all reductions. */
function isWide(node: Node, index: number): boolean {
  if (node.type.startsWith('Reduce')) return index === 1;
  return wideInputs[node.type]?.includes(index) ?? false;
}

function narrow(tensor: Tensor): Tensor {
  const values = Array.from({ length: tensor.data.length }, (_, index) =>
    Math.min(mostNarrow, Math.max(leastNarrow, element(tensor, index))),
  );
  return tensorOf('int32', tensor.shape, values);
}

/** Casts to int64, and blocks of an int64 number. */
function narrowAttributes(node: Node): void {
  const { to, value } = node.attributes;
  if (node.type === 'Cast' && to?.kind === 'int' && to.value === onnxTypeNumbers.int64)
    node.attributes = { ...node.attributes, to: { kind: 'int', value: onnxTypeNumbers.int32 } };
  if (node.type === 'ConstantOfShape' && value?.kind === 'tensor' && value.value.dtype === 'int64')
    node.attributes = { ...node.attributes, value: { kind: 'tensor', value: narrow(value.value) } };
}

/** Gives outputs the types that now follow; where ONNX has int64 only, the old value becomes a narrow copy of the output. */
function narrowOutputs(emit: Emit, node: Node): void {
  const types = definitionOf(node.type, node.domain)?.infer(node);
  node.outputs.forEach((output, index) => {
    const dtype = types?.[index]?.dtype ?? output.dtype;
    if (output.dtype !== 'int64' || dtype !== 'int64') {
      if (dtype) output.dtype = dtype;
      return;
    }
    const wide = new Value(`${output.name}:wide`, { dtype, ...(output.shape && { shape: output.shape }) });
    wide.producer = node;
    node.outputs[index] = wide;
    output.dtype = 'int32';
    const bound = indexBound(node);
    const inputs =
      bound === undefined
        ? [wide]
        : [
            emit.constant(
              tensorOf(
                'int32',
                [bound],
                Array.from({ length: bound }, (_, at) => at),
              ),
              'places',
            ),
            wide,
          ];
    emit.graph.nodes.push(
      bound === undefined
        ? new Node('Cast', `${wide.name}/narrow`, inputs, [output], {
            to: { kind: 'int', value: onnxTypeNumbers.int32 },
          })
        : new Node('Gather', `${wide.name}/narrow`, inputs, [output], { axis: { kind: 'int', value: 0 } }),
    );
  });
}

/**
 * The number that the indices which a node gives stay below. Such an index is narrowed by looking it up in the list of all:
 * onnxruntime gathers by int64 indices on the GPU, but casts them on the processor.
 */
function indexBound(node: Node): number | undefined {
  const x = node.inputs[0];
  if (!x || !['ArgMax', 'ArgMin', 'TopK', 'MaxPool'].includes(node.type)) return undefined;
  const shape = staticShapeOf(x);
  if (node.type === 'MaxPool') return sizeOf(shape);
  const axis = normalAxis(numberOf(node, 'axis', node.type === 'TopK' ? -1 : 0), rankOf(x))!;
  return shape[axis]!;
}
