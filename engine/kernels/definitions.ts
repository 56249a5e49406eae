// What each value is: a load where it lies in memory, else the expression of its node's rule.
import type { Node, Value } from '../ir/graph.js';
import { element, elements } from '../ir/tensor.js';
import type { Expression } from './expression.js';
import type { Expressions } from './expressions.js';
import { RuleContext } from './rules/kernelRule.js';
import { ruleOf } from './rules/index.js';
import { scalarTypeOf } from './scalarTypes.js';

export class Definitions {
  /** Values that lie in memory beside graph inputs and constants. */
  readonly stored = new Set<Value>();
  private readonly known = new Map<Value, Map<string, Expression>>();
  private readonly uniform = new Map<Value, number | undefined>();

  constructor(readonly e: Expressions) {}

  /** Element of a value at a multi-dimensional index, as its readers see it. */
  element(value: Value, index: readonly Expression[]): Expression {
    const type = scalarTypeOf(value.dtype!)!;
    if (value.constant) {
      const number = this.uniformConstant(value);
      if (number !== undefined) return this.e.constant(type, number);
    }
    const node = value.producer;
    const shape = value.shape as readonly number[];
    if (!node || value.constant || this.stored.has(value))
      return this.e.load(value, type, this.e.flatten(index, shape));
    return this.computed(value, node, index);
  }

  /** What the value's node computes, whether or not the value is stored. */
  computed(value: Value, node: Node, index: readonly Expression[]): Expression {
    let known = this.known.get(value);
    if (!known) this.known.set(value, (known = new Map<string, Expression>()));
    const key = index.map(({ id }) => id).join();
    let found = known.get(key);
    if (!found) {
      const context = new RuleContext(node, this.e, (port, at) => this.element(node.inputs[port]!, at));
      found = ruleOf(node)!.element(context, index, node.outputs.indexOf(value));
      known.set(key, found);
    }
    return found;
  }

  /** What the value's node computes for a flat position. */
  computedAt(value: Value, flat: Expression): Expression {
    return this.computed(value, value.producer!, this.e.unflatten(flat, value.shape as readonly number[]));
  }

  /** Forgets expressions, after `stored` has changed. */
  forget(): void {
    this.known.clear();
  }

  /** The number that all elements of a constant are. */
  private uniformConstant(value: Value): number | undefined {
    if (!this.uniform.has(value)) {
      const tensor = value.constant!;
      const first = tensor.data.length > 0 ? element(tensor, 0) : 0;
      const same = tensor.data.length === 1 || elements(tensor).every((number) => Object.is(number, first));
      this.uniform.set(value, same ? first : undefined);
    }
    return this.uniform.get(value);
  }
}
