// Every metric, by type. A new one adds its line here.
import { EngineError } from '../../ir/diagnostic.js';
import { accuracy, topK } from './accuracy.js';
import { balancedAccuracy, confusionMatrix, f1, precision, recall } from './confusion.js';
import type { MetricDefinition } from './defineMetric.js';
import { mae, mse, rmse } from './errors.js';
import { bitsPerCharacter, logLoss, perplexity } from './likelihood.js';
import { auc, averagePrecision } from './ranking.js';
import { explainedVariance, r2 } from './variance.js';

export const metrics: readonly MetricDefinition[] = [
  accuracy,
  topK,
  balancedAccuracy,
  confusionMatrix,
  precision,
  recall,
  f1,
  auc,
  averagePrecision,
  logLoss,
  perplexity,
  bitsPerCharacter,
  mae,
  mse,
  rmse,
  r2,
  explainedVariance,
];

const byType = new Map(metrics.map((definition) => [definition.type, definition]));

/** Throws `metric.unknown`, naming those that exist. */
export function metricOf(type: string): MetricDefinition {
  const found = byType.get(type);
  if (!found)
    throw new EngineError(
      'metric.unknown',
      `Metric '${type}': no such metric; there are ${[...byType.keys()].join(', ')}`,
    );
  return found;
}
