// The metrics of one run under names of their own: the type, with its options where a type is asked for twice.
import type { MetricDefinition, MetricSpec } from './defineMetric.js';
import { metricOf } from './index.js';

export interface NamedMetric extends MetricSpec {
  /** `accuracy`; `topK_5` where there is also another topK. */
  readonly name: string;
  readonly definition: MetricDefinition;
}

/** Throws `metric.unknown`. Equal specs count once. */
export function namedMetrics(specs: readonly MetricSpec[]): NamedMetric[] {
  const distinct = new Map(specs.map((spec) => [JSON.stringify(spec), spec]));
  const all = [...distinct.values()];
  return all.map((spec) => {
    const alone = all.filter(({ type }) => type === spec.type).length === 1;
    const detail = Object.values(spec.options).map((value) => String(value));
    return { ...spec, name: alone ? spec.type : [spec.type, ...detail].join('_'), definition: metricOf(spec.type) };
  });
}

/** Whether more is better of a metric as it is reported (`val_accuracy`); losses, and what is not among the metrics, are better low. */
export function isHigherBetter(specs: readonly MetricSpec[], reported: string): boolean {
  const name = reported.replace(/^(train|val|test)_/, '');
  return namedMetrics(specs).find((metric) => metric.name === name)?.definition.higherIsBetter ?? false;
}
