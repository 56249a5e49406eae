// Kernel rules of normalisations: means and variances as nested reductions.
import { normalAxis, sizeOf } from '../../ir/shape.js';
import type { Expression } from '../expression.js';
import { isBelow, both, isFrom, Formula, orZero, sumOver, wide } from './formula.js';
import type { KernelRule, KernelRules, RuleContext } from './kernelRule.js';

/** Statistics of input 0 over `axes`, around the element at `index`; in float32. */
class Statistics {
  readonly f: Formula;
  readonly count: number;
  private readonly extents: readonly number[];

  constructor(
    private readonly context: RuleContext,
    private readonly index: readonly Expression[],
    private readonly axes: readonly number[],
  ) {
    this.f = new Formula(context.e);
    this.extents = axes.map((axis) => context.inputShape(0)[axis]!);
    this.count = sizeOf(this.extents);
  }

  get x(): Expression {
    return wide(this.context.e, this.context.input(0, this.index));
  }

  /** Mean of `of` over the axes. */
  mean(of: (x: Expression) => Expression = (x) => x): Expression {
    const { e } = this.context;
    const total = e.reduce('sum', this.extents, (inner) => {
      const at = this.index.map((part, axis) => (this.axes.includes(axis) ? inner[this.axes.indexOf(axis)]! : part));
      return of(wide(e, this.context.input(0, at)));
    });
    return this.f.multiply(total, 1 / this.count);
  }

  /** The population variance. */
  variance(mean: Expression): Expression {
    return this.mean((x) => this.f.square(this.f.subtract(x, mean)));
  }

  /** 1/√(variance + ε). */
  inverse(variance: Expression, epsilon: number): Expression {
    return this.f.call('inverseSqrt', this.f.add(variance, epsilon));
  }

  /** scale·(x − mean)·inverse + offset, as the output's type. */
  standardized(epsilon: number, scale: Expression, offset?: Expression): Expression {
    const { e } = this.context;
    const mean = this.mean();
    const unit = this.f.multiply(this.f.subtract(this.x, mean), this.inverse(this.variance(mean), epsilon));
    const scaled = this.f.multiply(unit, wide(e, scale));
    return e.cast(this.context.outputType(), offset ? this.f.add(scaled, wide(e, offset)) : scaled);
  }
}

const defaultEpsilon = 1e-5;

export const normalizationRules: KernelRules = {
  BatchNormalization: { element: batchNormalization },
  InstanceNormalization: {
    element: (context, index) =>
      new Statistics(context, index, from(2, index.length)).standardized(
        context.number('epsilon', defaultEpsilon),
        context.input(1, [index[1]!]),
        context.input(2, [index[1]!]),
      ),
  },
  GroupNormalization: { element: groupNormalization },
  LayerNormalization: {
    element: (context, index, output) => {
      const axes = from(normalAxis(context.number('axis', -1), index.length)!, index.length);
      const statistics = new Statistics(context, index, axes);
      const epsilon = context.number('epsilon', defaultEpsilon);
      if (output === 1) return context.e.cast(context.outputType(1), statistics.mean());
      if (output === 2) {
        const variance = statistics.variance(statistics.mean());
        return context.e.cast(context.outputType(2), statistics.inverse(variance, epsilon));
      }
      const offset = context.has(2) ? context.broadcast(2, index) : undefined;
      return statistics.standardized(epsilon, context.broadcast(1, index), offset);
    },
  },
  // scale·x/√(mean(x²) + ε)
  RMSNormalization: {
    element: (context, index) => {
      const axes = from(normalAxis(context.number('axis', -1), index.length)!, index.length);
      const statistics = new Statistics(context, index, axes);
      const { f } = statistics;
      const inverse = statistics.inverse(
        statistics.mean((x) => f.square(x)),
        context.number('epsilon', defaultEpsilon),
      );
      const scaled = f.multiply(f.multiply(statistics.x, inverse), wide(context.e, context.broadcast(1, index)));
      return context.e.cast(context.outputType(), scaled);
    },
  },
  // (x − mean)/(√var + 1e-9)
  MeanVarianceNormalization: {
    element: (context, index) => {
      const axes = context.numbers('axes') ?? [0, 2, 3];
      const statistics = new Statistics(
        context,
        index,
        axes.map((axis) => normalAxis(axis, index.length)!),
      );
      const { f } = statistics;
      const mean = statistics.mean();
      const deviation = f.add(f.call('sqrt', statistics.variance(mean)), 1e-9);
      return context.e.cast(context.outputType(), f.divide(f.subtract(statistics.x, mean), deviation));
    },
  },
  LpNormalization: lpNormalization(),
  LRN: { element: localResponse },
};

function from(axis: number, rank: number): number[] {
  return Array.from({ length: rank - axis }, (_, at) => axis + at);
}

/** By running statistics, or in training by the batch's own; outputs 1 and 2 are the running ones, moved on. */
function batchNormalization(context: RuleContext, index: readonly Expression[], output: number): Expression {
  const { e } = context;
  const training = context.number('training_mode', 0) !== 0;
  const rank = context.inputShape(0).length;
  const at = output === 0 ? index : Array.from({ length: rank }, (_, axis) => (axis === 1 ? index[0]! : e.int(0)));
  const channel = at[1]!;
  const statistics = new Statistics(
    context,
    at,
    Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1),
  );
  const { f } = statistics;
  const known = (port: number): Expression => wide(e, context.input(port, [channel]));
  const mean = training ? statistics.mean() : known(3);
  if (output === 1) return e.cast(context.outputType(1), training ? moved(f, context, known(3), mean) : mean);
  const variance = training ? statistics.variance(mean) : known(4);
  if (output === 2) return e.cast(context.outputType(2), training ? moved(f, context, known(4), variance) : variance);
  const inverse = statistics.inverse(variance, context.number('epsilon', defaultEpsilon));
  const slope = f.multiply(known(1), inverse);
  return e.cast(context.outputType(), f.add(f.multiply(f.subtract(statistics.x, mean), slope), known(2)));
}

/** momentum·running + (1 − momentum)·batch */
function moved(f: Formula, context: RuleContext, running: Expression, batch: Expression): Expression {
  const momentum = context.number('momentum', 0.9);
  return f.add(f.multiply(running, momentum), f.multiply(batch, 1 - momentum));
}

/** Each group of channels of each example, seen as [N, groups, channels of a group, space …]. */
function groupNormalization(context: RuleContext, index: readonly Expression[]): Expression {
  const { e } = context;
  const f = new Formula(e);
  const shape = context.inputShape(0);
  const width = shape[1]! / context.number('num_groups', 1);
  const first = e.scale(e.divide(index[1]!, width), width);
  const extents = [width, ...shape.slice(2)];
  const mean = (of: (x: Expression) => Expression): Expression => {
    const total = e.reduce('sum', extents, ([channel, ...space]) =>
      of(wide(e, context.input(0, [index[0]!, e.add(first, channel!), ...space]))),
    );
    return f.multiply(total, 1 / sizeOf(extents));
  };
  const centre = mean((x) => x);
  const variance = mean((x) => f.square(f.subtract(x, centre)));
  const inverse = f.call('inverseSqrt', f.add(variance, context.number('epsilon', defaultEpsilon)));
  const unit = f.multiply(f.subtract(wide(e, context.input(0, index)), centre), inverse);
  const [scale, bias] = [1, 2].map((port) => wide(e, context.input(port, [index[1]!])));
  return e.cast(context.outputType(), f.add(f.multiply(unit, scale!), bias!));
}

/** x/‖x‖ along an axis; 0 where the norm is 0. */
function lpNormalization(): KernelRule {
  return {
    element: (context, index) => {
      const { e } = context;
      const f = new Formula(e);
      const axis = normalAxis(context.number('axis', -1), index.length)!;
      const euclidean = context.number('p', 2) === 2;
      const total = sumOver(e, context.outputType(), [context.inputShape(0)[axis]!], ([k]) => {
        const x = wide(e, context.input(0, index.with(axis, k!)));
        return euclidean ? f.square(x) : f.abs(x);
      });
      const norm = euclidean ? f.call('sqrt', total) : total;
      return f.select(f.compare('==', norm, 0), 0, f.divide(context.input(0, index), norm));
    },
  };
}

/** x·(bias + α/size·Σ x²)^−β, the sum over a window of channels. */
function localResponse(context: RuleContext, index: readonly Expression[]): Expression {
  const { e } = context;
  const f = new Formula(e);
  const size = context.number('size', 1);
  const channels = context.inputShape(0)[1]!;
  const before = Math.floor((size - 1) / 2);
  const total = sumOver(e, context.outputType(), [size], ([tap]) => {
    const channel = e.add(index[1]!, tap!, -before);
    const inside = both(e, isFrom(e, channel, 0), isBelow(e, channel, channels));
    return orZero(e, inside, f.square(wide(e, context.input(0, index.with(1, channel)))));
  });
  const base = f.add(f.multiply(total, context.number('alpha', 1e-4) / size), context.number('bias', 1));
  return f.multiply(
    context.input(0, index),
    f.call('power', base, e.constant(base.type, -context.number('beta', 0.75))),
  );
}
