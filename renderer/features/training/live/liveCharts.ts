// Which curves of a run stand in which chart while it trains.
import type { ChartSeries } from '../../../components/charts/chartSeries.js';
import type { LiveCurve } from '../../../components/charts/liveCurve.js';
import { trainingTexts } from '../../../texts/training.js';
import { metricGroups } from '../../runs/metricGroups.js';

export interface LiveChart {
  readonly name: string;
  readonly title: string;
  readonly series: readonly ChartSeries[];
}

/** Colours by part, the same in every chart: steps of training, their means, validation. */
const colours: readonly (readonly [RegExp, number, string])[] = [
  [/^train_.*_epoch$/, 2, trainingTexts.liveTexts.trainEpoch],
  [/^val_/, 1, trainingTexts.liveTexts.val],
  [/^train_/, 0, trainingTexts.liveTexts.train],
];

/** Losses first, the learning rate last. */
export function liveCharts(curves: ReadonlyMap<string, LiveCurve>): LiveChart[] {
  return metricGroups([...curves.keys()]).map(({ title, names }) => ({
    name: title,
    title: titleOf(title),
    series: names.map((name) => {
      const found = colours.find(([pattern]) => pattern.test(name));
      return { id: name, title: found?.[2] ?? titleOf(title), colour: found?.[1] ?? 0, data: curves.get(name)! };
    }),
  }));
}

/** `learning_rate` → `Learning rate`, `balancedAccuracy` → `Balanced accuracy` */
function titleOf(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, (_, one: string, other: string) => `${one} ${other.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
