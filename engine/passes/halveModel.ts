// A trained model in half the bytes: weights kept as float16, products computed in it, inputs and outputs as they were.
import { EngineError } from '../ir/diagnostic.js';
import { Node, Value, type Graph } from '../ir/graph.js';
import { onnxTypeNumbers } from '../ir/onnxTypes.js';
import { elements, tensorOf } from '../ir/tensor.js';
import { computeInHalf } from './halfPrecision.js';

/** Smaller constants (statistics, scales, offsets) would lose digits and save nothing. */
const smallestHalved = 256;
const largestHalf = 65504;

/**
 * Rewrites the graph in place. What restores the target's unit (nodes named `restored/…`) stays float32: values beyond
 * 65504 are common there. Throws `export.range` for a weight beyond that.
 */
export function halveModel(graph: Graph): void {
  checkRange(graph);
  const restored = graph.nodes.filter(({ name }) => name.startsWith('restored/'));
  computeInHalf(graph, { weights: new Set(), keep: new Set(restored.flatMap(({ outputs }) => outputs)) });
  storeInHalf(graph);
}

function checkRange(graph: Graph): void {
  for (const { constant, name } of graph.constants()) {
    if (constant?.dtype !== 'float32' || constant.data.length < smallestHalved) continue;
    const beyond = elements(constant).find((value) => Math.abs(value) > largestHalf);
    if (beyond !== undefined)
      throw new EngineError(
        'export.range',
        `Tensor '${name}': float16 holds numbers up to ${largestHalf}, got ${beyond}; export it in float32`,
        { node: name },
      );
  }
}

/** Weights that operators of float32 read: kept in half and widened where they are used. */
function storeInHalf(graph: Graph): void {
  const widened = new Map<Value, Value>();
  const casts: Node[] = [];
  const widen = (value: Value | undefined): Value | undefined => {
    if (value?.constant?.dtype !== 'float32' || value.constant.data.length < smallestHalved) return value;
    const known = widened.get(value);
    if (known) return known;
    const { shape } = value.constant;
    const half = new Value(`${value.name}/half`, { dtype: 'float16', shape });
    half.constant = tensorOf('float16', shape, elements(value.constant));
    const whole = new Value(`${value.name}/whole`, { dtype: 'float32', shape });
    casts.push(new Node('Cast', whole.name, [half], [whole], { to: { kind: 'int', value: onnxTypeNumbers.float32 } }));
    widened.set(value, whole);
    return whole;
  };
  for (const node of graph.nodes) node.inputs = node.inputs.map(widen);
  graph.nodes = [...casts, ...graph.nodes];
}
