// Constant nodes, which some exporters put weights in, as tensors.
import type { NodeProto } from 'onnx-buf';
import type { Attributes } from '../ir/graph.js';
import { tensorOf, type Tensor } from '../ir/tensor.js';

/** The tensor of a Constant node; `undefined` for other nodes, strings and sparse tensors. */
export function constantOf({ opType, domain }: NodeProto, attributes: Attributes): Tensor | undefined {
  if (opType !== 'Constant' || (domain !== '' && domain !== 'ai.onnx')) return undefined;
  const [attribute] = Object.values(attributes);
  switch (attribute?.kind) {
    case 'tensor':
      return attribute.value;
    case 'float':
      return tensorOf('float32', [], [attribute.value]);
    case 'floats':
      return tensorOf('float32', [attribute.value.length], attribute.value);
    case 'int':
      return tensorOf('int64', [], [attribute.value]);
    case 'ints':
      return tensorOf('int64', [attribute.value.length], attribute.value);
    default:
      return undefined;
  }
}
