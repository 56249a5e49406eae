// Kernel rules of pools: reductions over the taps of a window that lie on the input.
import type { WindowGeometry } from '../../ops/convolution/windowGeometry.js';
import { reachOf } from '../../ops/convolution/windowGeometry.js';
import type { Expression } from '../expression.js';
import type { Expressions } from '../expressions.js';
import { both, Formula, orZero, sumOver } from './formula.js';
import type { KernelRule, KernelRules, RuleContext } from './kernelRule.js';
import { isInside, poolGeometry, positionsOf, spaceOf } from './windows.js';

const farthest = 2 ** 31 - 1;

export const poolingRules: KernelRules = {
  MaxPool: {
    compares: ({ outputs }) => outputs.length > 1,
    picks: true,
    supports: ({ attributes, outputs }) => !outputs[1] || !(attributes.storage_order?.value ?? 0),
    element: (context, index, output) => (output === 0 ? maximum(context, index) : firstMaximum(context, index)),
  },
  AveragePool: {
    element: (context, [batch, channel, ...place]) => {
      const { e } = context;
      const geometry = poolGeometry(context.node);
      const total = windowSum(context, geometry, [batch!, channel!, ...place], (x) => x);
      const counts = place.map((at, axis) =>
        countOf(e, geometry, axis, at, context.number('count_include_pad', 0) !== 0),
      );
      const count = counts.reduce((product, next) => times(e, product, next));
      const f = new Formula(e);
      return count.kind === 'constant'
        ? f.multiply(total, 1 / count.value)
        : f.divide(total, e.cast(total.type, count));
    },
  },
  LpPool: {
    element: (context, index) => {
      const p = context.number('p', 2);
      const f = new Formula(context.e);
      return norm(
        f,
        windowSum(context, poolGeometry(context.node), index, (x) => powerOf(f, x, p)),
        p,
      );
    },
  },
  GlobalAveragePool: everywhere((context, sum, places) =>
    new Formula(context.e).multiply(
      sum((x) => x),
      1 / places,
    ),
  ),
  GlobalLpPool: everywhere((context, sum) => {
    const f = new Formula(context.e);
    const p = context.number('p', 2);
    return norm(
      f,
      sum((x) => powerOf(f, x, p)),
      p,
    );
  }),
  GlobalMaxPool: {
    picks: true,
    element: (context, [batch, channel]) =>
      context.e.reduce('max', spaceOf(context.node), (at) => context.input(0, [batch!, channel!, ...at])),
  },
};

function maximum(context: RuleContext, [batch, channel, ...place]: readonly Expression[]): Expression {
  const { e } = context;
  const geometry = poolGeometry(context.node);
  return e.reduce('max', geometry.kernel, (tap) => {
    const position = positionsOf(e, geometry, place, tap);
    const x = context.input(0, [batch!, channel!, ...position]);
    return e.select(isInside(e, position, geometry.input), x, e.constant(x.type, lowestOf(x)));
  });
}

function lowestOf({ type }: Expression): number {
  return type === 'i32' ? -(2 ** 31) : type === 'u32' ? 0 : -Infinity;
}

/** The flat index of the first maximum in row-major order: the lowest of those that reach it. */
function firstMaximum(context: RuleContext, index: readonly Expression[]): Expression {
  const { e } = context;
  const geometry = poolGeometry(context.node);
  const [batch, channel, ...place] = index;
  const most = maximum(context, index);
  return e.reduce('min', geometry.kernel, (tap) => {
    const position = positionsOf(e, geometry, place, tap);
    const at = [batch!, channel!, ...position];
    const hit = both(e, isInside(e, position, geometry.input), e.call('==', [context.input(0, at), most]));
    return e.select(hit, e.flatten(at, context.inputShape(0)), e.int(farthest));
  });
}

function windowSum(
  context: RuleContext,
  geometry: WindowGeometry,
  [batch, channel, ...place]: readonly Expression[],
  of: (x: Expression) => Expression,
): Expression {
  const { e } = context;
  return sumOver(e, context.outputType(), geometry.kernel, (tap) => {
    const position = positionsOf(e, geometry, place, tap);
    const x = context.input(0, [batch!, channel!, ...position]);
    return orZero(e, isInside(e, position, geometry.input), of(x));
  });
}

/** Taps of a window along one axis that count: those on the input, or those before the end of the padding. */
function countOf(
  e: Expressions,
  geometry: WindowGeometry,
  axis: number,
  place: Expression,
  includePad: boolean,
): Expression {
  const taps = geometry.kernel[axis]!;
  const dilation = geometry.dilations[axis]!;
  const start = e.add(e.scale(place, geometry.strides[axis]!), -geometry.begins[axis]!);
  const limit = geometry.input[axis]! + (includePad ? geometry.ends[axis]! : 0);
  if (start.max + reachOf(geometry, axis) <= limit && (includePad || start.min >= 0)) return e.int(taps);
  const last = e.clamp(e.divide(e.subtract(e.int(limit - 1), start), dilation), -1, taps - 1);
  if (includePad) return e.add(last, 1);
  const first = e.clamp(e.divide(e.subtract(e.int(dilation - 1), start), dilation), 0, taps);
  return e.subtract(e.add(last, 1), first);
}

function times(e: Expressions, left: Expression, right: Expression): Expression {
  if (left.kind === 'constant') return e.scale(right, left.value);
  return right.kind === 'constant' ? e.scale(left, right.value) : e.call('*', [left, right]);
}

/** A rule over all of space. */
function everywhere(
  of: (context: RuleContext, sum: (of: (x: Expression) => Expression) => Expression, places: number) => Expression,
): KernelRule {
  return {
    element: (context, [batch, channel]) => {
      const space = spaceOf(context.node);
      const sum = (term: (x: Expression) => Expression): Expression =>
        sumOver(context.e, context.outputType(), space, (at) => term(context.input(0, [batch!, channel!, ...at])));
      return of(
        context,
        sum,
        space.reduce((product, size) => product * size, 1),
      );
    },
  };
}

/** |x|^p for a whole p. */
function powerOf(f: Formula, x: Expression, p: number): Expression {
  if (p === 2) return f.square(x);
  const size = f.abs(x);
  if (p === 1) return size;
  return p === 3 ? f.multiply(size, f.square(x)) : f.call('power', size, f.e.constant(x.type, p));
}

/** The p-th root of a sum that is not negative. */
function norm(f: Formula, sum: Expression, p: number): Expression {
  if (p === 1) return sum;
  return p === 2 ? f.call('sqrt', sum) : f.call('power', sum, f.e.constant(sum.type, 1 / p));
}
