// Weighted sums of neighbouring elements, axis by axis: what Resize and GridSample share.
import type { Expression } from '../expression.js';
import type { Formula } from './formula.js';

/** An element beside a position along one axis. */
export interface Tap {
  readonly place: Expression;
  /** 1 where left out. */
  readonly weight?: Expression;
}

/** Σ over taps of every axis of their weights' product times the element at their places. */
export function interpolated(
  f: Formula,
  axes: readonly (readonly [axis: number, taps: readonly Tap[]])[],
  index: readonly Expression[],
  read: (index: readonly Expression[]) => Expression,
): Expression {
  const [first, ...rest] = axes;
  if (!first) return read(index);
  const [axis, taps] = first;
  const terms = taps.map(({ place, weight }) => {
    const inner = interpolated(f, rest, index.with(axis, place), read);
    return weight ? f.multiply(inner, f.e.cast(inner.type, weight)) : inner;
  });
  return terms.reduce((left, right) => f.add(left, right));
}

/** Weights of the elements at −1, 0, 1, 2 beside a position `t` beyond the second: Keys' cubic convolution kernel. */
export function cubicWeights(f: Formula, t: Expression, a: number): Expression[] {
  const near = (d: Expression): Expression => {
    const inner = f.add(f.multiply(d, a + 2), -(a + 3));
    return f.add(f.multiply(f.multiply(inner, d), d), 1);
  };
  const far = (d: Expression): Expression => {
    const inner = f.add(f.multiply(f.add(f.multiply(d, a), -5 * a), d), 8 * a);
    return f.add(f.multiply(inner, d), -4 * a);
  };
  return [far(f.add(t, 1)), near(t), near(f.subtract(1, t)), far(f.subtract(2, t))];
}
