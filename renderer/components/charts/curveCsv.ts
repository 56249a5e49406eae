// Curves as a table of comma-separated values: what the chart has, as it was logged.
import { columnsOf, type ChartSeries } from './chartSeries.js';
import { csvText } from './csvText.js';

export function curvesToCsv(series: readonly ChartSeries[]): string {
  const rows: (string | number)[][] = [['series', 'step', 'epoch', 'milliseconds', 'value', 'min', 'max']];
  for (const { title, data } of series) {
    const { steps, epochs, times, values, min, max } = columnsOf(data);
    for (let at = 0; at < steps.length; at++)
      rows.push([title, steps[at]!, epochs[at]!, times[at]!, values[at]!, min[at]!, max[at]!]);
  }
  return csvText(rows);
}
