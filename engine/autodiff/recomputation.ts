// Gradient checkpointing: the backward pass computes the inside of a segment again instead of keeping it
// (Chen et al., «Training deep nets with sublinear memory cost», 2016).
import { Node, type Value } from '../ir/graph.js';
import { isStatic, sizeOf } from '../ir/shape.js';
import type { Emit } from '../ops/emit.js';
import { dtypeOf, rankOf } from '../ops/valueTypes.js';

/**
 * The kept values cut the nodes, in their order, into segments; each ends with the node that makes a kept
 * value. What follows the last one is still at hand when the backward pass starts and is not recomputed. A
 * segment is recomputed from the values that it takes from outside; of those, one that is not kept (a skip
 * connection past a boundary) simply stays alive.
 *
 * onnxruntime merges equal nodes, which would undo all this. So every recomputed node hangs on the gradient
 * that arrives at its segment: to one of its outside inputs, the smallest, is added a zero made of that
 * gradient as «g < g», which is 0 whatever g is, NaN and infinities included. Values are unchanged, but that
 * −0 becomes 0.
 */
export class Recomputation {
  private readonly segmentOf = new Map<Node, number>();
  private readonly segments: Node[][] = [[]];
  private readonly copies = new Map<number, Map<Value, Value>>();

  constructor(
    private readonly emit: Emit,
    nodes: readonly Node[],
    private readonly kept: ReadonlySet<Value>,
  ) {
    for (const node of nodes) {
      this.segmentOf.set(node, this.segments.length - 1);
      this.segments.at(-1)!.push(node);
      if (node.outputs.some((output) => kept.has(output))) this.segments.push([]);
    }
  }

  /** The node on recomputed inputs and outputs; `gradient` is one that arrives at it. */
  viewOf(node: Node, gradient: Value): Node {
    const index = this.segmentOf.get(node)!;
    if (index === this.segments.length - 1) return node;
    const copies = this.copies.get(index) ?? this.recompute(index, gradient);
    const shown = (value: Value): Value => (this.kept.has(value) ? value : (copies.get(value) ?? value));
    const view = new Node(
      node.type,
      node.name,
      node.inputs.map((input) => input && shown(input)),
      [],
      node.attributes,
    );
    view.domain = node.domain;
    // Set afterwards: the view must not become the producer of what it shows.
    view.outputs = node.outputs.map(shown);
    return view;
  }

  private recompute(index: number, gradient: Value): Map<Value, Value> {
    const copies = new Map<Value, Value>();
    this.copies.set(index, copies);
    const tied = new Map<Value, Value>();
    this.emit.within('recomputed', () => {
      const zero = this.zeroOf(gradient);
      for (const node of this.segments[index]!) {
        const inputs = node.inputs.map((input) => input && (copies.get(input) ?? tied.get(input) ?? input));
        if (inputs.every((input, at) => input === node.inputs[at])) this.tie(inputs, zero, tied);
        const copy = this.emit.copy(node, inputs);
        node.outputs.forEach((output, at) => copies.set(output, copy.outputs[at]!));
      }
    });
    return copies;
  }

  /** Adds the zero to the smallest input that takes one. A node of constants only is left to be merged. */
  private tie(inputs: (Value | undefined)[], zero: Value, tied: Map<Value, Value>): void {
    const candidates = inputs.filter((input): input is Value => input !== undefined && canCarry(input));
    const smallest = candidates.sort((a, b) => count(a) - count(b))[0];
    if (!smallest) return;
    const carrier = this.emit.add(smallest, this.emit.cast(zero, dtypeOf(smallest)));
    tied.set(smallest, carrier);
    inputs.forEach((input, at) => {
      if (input === smallest) inputs[at] = carrier;
    });
  }

  /** A scalar 0, known only once the gradient is. */
  private zeroOf(gradient: Value): Value {
    const axes = Array.from({ length: rankOf(gradient) }, (_, axis) => axis);
    const zeros = axes.map(() => 0);
    const corner = axes.length
      ? this.emit.reshape(
          this.emit.slice(
            gradient,
            zeros,
            axes.map(() => 1),
            axes,
          ),
          [],
        )
      : gradient;
    return this.emit.indicator(this.emit.less(corner, corner), gradient);
  }
}

function canCarry(value: Value): boolean {
  return !value.constant && value.dtype !== undefined && value.dtype !== 'bool' && value.shape !== undefined;
}

function count(value: Value): number {
  return isStatic(value.shape) ? sizeOf(value.shape) : Infinity;
}
