// Merges nodes that compute the same thing from the same values.
import type { Attribute, Node, Value } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';
import type { Pass } from './pass.js';
import { rewriteNodes } from './rewriteNodes.js';

/** Two of these with the same inputs differ. */
const random = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
]);

export const eliminateCommonSubexpressions: Pass = {
  name: 'eliminate common subexpressions',
  run(graph) {
    const keys = new ValueKeys();
    const known = new Map<string, readonly Value[]>();
    return rewriteNodes(graph, (node) => {
      const key = keyOf(node, keys);
      const same = key === undefined ? undefined : known.get(key);
      if (!same && key !== undefined) known.set(key, node.outputs);
      return same;
    });
  },
};

/** `undefined` for a node that may not be merged: random, holding subgraphs, or in training mode of its own. */
function keyOf(node: Node, keys: ValueKeys): string | undefined {
  if (random.has(node.type)) return undefined;
  const attributes: string[] = [];
  for (const name of Object.keys(node.attributes).sort()) {
    const text = attributeKey(node.attributes[name]!);
    if (text === undefined) return undefined;
    attributes.push(`${name}=${text}`);
  }
  const inputs = node.inputs.map((input) => (input ? keys.of(input) : ''));
  return `${node.domain}.${node.type}(${inputs.join()})[${attributes.join(';')}]${node.outputs.length}`;
}

function attributeKey(attribute: Attribute): string | undefined {
  if (attribute.kind === 'graph' || attribute.kind === 'graphs') return undefined;
  if (attribute.kind === 'tensor') return tensorKey(attribute.value);
  return `${attribute.kind}:${JSON.stringify(attribute.value)}`;
}

/** Small constants are known by their contents, other values by a number. */
class ValueKeys {
  private readonly keys = new Map<Value, string>();

  of(value: Value): string {
    const known = this.keys.get(value);
    if (known !== undefined) return known;
    const key = (value.constant && tensorKey(value.constant)) ?? `#${this.keys.size}`;
    this.keys.set(value, key);
    return key;
  }
}

/** By bytes, so that 0 and −0 differ. */
function tensorKey({ dtype, shape, data }: Tensor): string | undefined {
  if (data.byteLength > 256) return undefined;
  return `${dtype}[${shape.join()}]${new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join()}`;
}
