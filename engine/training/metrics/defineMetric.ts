// What a metric is: partial sums that the graph computes for each batch, added up in float64 on the host and finished there;
// or, for those that need every score at once, a function of all predictions.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { resolveOptions, type OptionArguments, type OptionSpecs, type OptionValues } from '../options.js';

/** As JSON says it. */
export interface MetricSpec {
  readonly type: string;
  readonly options: OptionArguments;
}

export interface MetricContext<O> {
  readonly emit: Emit;
  readonly prediction: Value;
  readonly target: Value;
  /** Example weights [B]; 0 for padding. */
  readonly weight: Value;
  readonly options: O;
}

/** A number, one a class, or a matrix. */
export type MetricResult = number | readonly number[] | readonly (readonly number[])[];

/** All predictions of a split, rows of `columns` numbers. */
export interface CollectedPredictions {
  readonly predictions: ArrayLike<number>;
  readonly columns: number;
  /** Class indices or 0/1, one a row. */
  readonly targets: ArrayLike<number>;
  /** One a row; rows of weight 0 do not count. */
  readonly weights: ArrayLike<number>;
}

interface MetricBase {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly higherIsBetter: boolean;
}

export interface MetricDeclaration<S extends OptionSpecs> extends MetricBase {
  readonly options: S;
  /** float32 partial sums of one batch, of any static shape. */
  update?(context: MetricContext<OptionValues<S>>): Value;
  /** Adds a batch's sums to the total; element by element when left out. */
  combine?(total: Float64Array, batch: ArrayLike<number>): void;
  finish?(sums: ArrayLike<number>, options: OptionValues<S>): MetricResult;
  finishPredictions?(collected: CollectedPredictions, options: OptionValues<S>): MetricResult;
}

/** A metric whose option types have been checked and can be forgotten; it has `update` and `finish`, or `finishPredictions`. */
export interface MetricDefinition extends MetricBase {
  readonly options: OptionSpecs;
  readonly update: ((context: MetricContext<OptionArguments>) => Value) | undefined;
  /** The total with a batch's sums added; `undefined` starts a total. */
  accumulate(total: Float64Array | undefined, batch: ArrayLike<number>): Float64Array;
  finish(sums: ArrayLike<number>, options: OptionArguments): MetricResult;
  readonly finishPredictions: ((collected: CollectedPredictions, options: OptionArguments) => MetricResult) | undefined;
}

/** The functions of the result that take options throw `option.*` where these are not valid. */
export function defineMetric<const S extends OptionSpecs>(declaration: MetricDeclaration<S>): MetricDefinition {
  const { type, title, description, higherIsBetter, options: specs } = declaration;
  const resolve = (options: OptionArguments): OptionValues<S> => resolveOptions(specs, options, `Metric ${type}`);
  const combine = declaration.combine?.bind(declaration) ?? addTo;
  return {
    type,
    title,
    description,
    higherIsBetter,
    options: specs,
    update: declaration.update && ((context) => declaration.update!({ ...context, options: resolve(context.options) })),
    accumulate(total, batch) {
      const sums = total ?? new Float64Array(batch.length);
      combine(sums, batch);
      return sums;
    },
    finish: (sums, options) => declaration.finish?.(sums, resolve(options)) ?? NaN,
    finishPredictions:
      declaration.finishPredictions &&
      ((collected, options) => declaration.finishPredictions!(collected, resolve(options))),
  };
}

function addTo(total: Float64Array, batch: ArrayLike<number>): void {
  for (let index = 0; index < total.length; index++) total[index]! += batch[index]!;
}
