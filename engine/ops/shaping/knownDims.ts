// What is known of the numbers inside an integer vector before it is computed: a constant's data, and
// through chains of Shape, Gather, Slice, Concat … the symbolic dimensions that exporters compute with.
import type { Node, Value } from '../../ir/graph.js';
import { normalAxis, type Dim, type Shape } from '../../ir/shape.js';
import { elements } from '../../ir/tensor.js';

/** No shape or list of axes is longer; a declared size beyond it must not be allocated. */
const longestVector = 4096;

/** The entries of a scalar or vector of integers, unknown ones `null`; `undefined` when even their number is unknown. */
export function knownDims(value: Value | undefined): Shape | undefined {
  if (!value) return undefined;
  if (value.constant) return elements(value.constant);
  const known = value.producer && follow(value.producer, value);
  if (known) return known;
  if (!value.shape || value.shape.length > 1) return undefined;
  const length = value.shape.length === 0 ? 1 : value.shape[0]!;
  return typeof length === 'number' && length <= longestVector ? new Array<Dim>(length).fill(null) : undefined;
}

/** The numbers of an input when all are known. */
export function knownNumbers(value: Value | undefined): number[] | undefined {
  const dims = knownDims(value);
  return dims?.every((dim) => typeof dim === 'number') ? [...dims] : undefined;
}

function follow(node: Node, value: Value): Shape | undefined {
  if (node.domain !== '' || (value.shape?.length ?? 0) > 1) return undefined;
  const [first, second] = node.inputs;
  switch (node.type) {
    case 'Shape':
      return first?.shape?.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', Infinity));
    case 'Identity':
    case 'Cast':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Reshape':
      return value.dtype === 'int64' || value.dtype === 'int32' ? knownDims(first) : undefined;
    case 'Concat': {
      const parts = node.inputs.map((input) => knownDims(input));
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case 'Gather': {
      const source = knownDims(first);
      return source && knownNumbers(second)?.map((index) => source[normalAxis(index, source.length) ?? -1] ?? null);
    }
    case 'Slice': {
      const source = knownDims(first);
      const start = knownNumbers(second)?.[0];
      const end = knownNumbers(node.inputs[2])?.[0];
      const step = node.inputs[4] ? knownNumbers(node.inputs[4])?.[0] : 1;
      return step === 1 && start !== undefined && end !== undefined ? source?.slice(start, end) : undefined;
    }
    default:
      return undefined;
  }
}

function intAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : fallback;
}
