// Metrics of numeric predictions that are means of an error: MSE, RMSE, MAE.
import type { Value } from '../../ir/graph.js';
import { matchTarget } from '../targets.js';
import { defineMetric, type MetricContext } from './defineMetric.js';
import { meanOf, weightedSums } from './weightedMean.js';

function errorOf({ emit, prediction, target }: MetricContext<unknown>): Value {
  return emit.sub(prediction, matchTarget(emit, target, prediction, 'Metric'));
}

function squaredSums(context: MetricContext<unknown>): Value {
  return weightedSums(context.emit, context.emit.square(errorOf(context)), context.weight);
}

export const mse = defineMetric({
  type: 'mse',
  title: 'Mean squared error',
  description: 'The mean of squared errors.',
  higherIsBetter: false,
  options: {},
  update: squaredSums,
  finish: meanOf,
});

export const rmse = defineMetric({
  type: 'rmse',
  title: 'Root mean squared error',
  description: 'The root of the mean squared error, in the unit of the target.',
  higherIsBetter: false,
  options: {},
  update: squaredSums,
  finish: (sums) => Math.sqrt(meanOf(sums)),
});

export const mae = defineMetric({
  type: 'mae',
  title: 'Mean absolute error',
  description: 'The mean size of errors, in the unit of the target.',
  higherIsBetter: false,
  options: {},
  update: (context) => weightedSums(context.emit, context.emit.abs(errorOf(context)), context.weight),
  finish: meanOf,
});
