// Charts: smoothing, axes, live curves, zoom, readings, drawings.
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatValue,
  makeScale,
  paddedRange,
  shortNumber,
  ticksOf,
} from '../../../renderer/components/charts/axis.js';
import type { ChartSeries, CurveData } from '../../../renderer/components/charts/chartSeries.js';
import { curvesToCsv } from '../../../renderer/components/charts/curveCsv.js';
import { CurvePicture, type PictureOptions } from '../../../renderer/components/charts/curvePicture.js';
import { LiveCurve } from '../../../renderer/components/charts/liveCurve.js';
import { nearestIndex } from '../../../renderer/components/charts/nearest.js';
import type { PictureStyle } from '../../../renderer/components/charts/pen.js';
import { readingsAt } from '../../../renderer/components/charts/readings.js';
import { distinctSeries, seriesDashes } from '../../../renderer/components/charts/seriesDashes.js';
import { smooth, spacingOf } from '../../../renderer/components/charts/smoothing.js';
import { SvgPen } from '../../../renderer/components/charts/svgPen.js';
import { moved, within, zoomed } from '../../../renderer/components/charts/zoom.js';

function curve(steps: readonly number[], values: readonly number[]): CurveData {
  const column = (numbers: readonly number[]): Float64Array => Float64Array.from(numbers);
  return {
    steps: column(steps),
    epochs: column(steps.map((step) => step / 10)),
    times: column(steps.map((step) => step * 100)),
    values: column(values),
    min: column(values),
    max: column(values),
  };
}

const options: PictureOptions = {
  width: 464,
  height: 232,
  xAxis: 'step',
  xKind: 'linear',
  yKind: 'linear',
  smoothing: 0,
  ignoreOutliers: false,
  view: null,
  highlight: null,
};
const style: PictureStyle = {
  text: '#111',
  faint: '#666',
  grid: '#ddd',
  axis: '#aaa',
  surface: '#fff',
  error: '#f00',
  font: '11px Inter',
  series: (index) => `#00000${index}`,
};

describe('Smoothing', () => {
  it('is the debiased moving average of TensorBoard where points are evenly far apart', () => {
    const y = Float64Array.from({ length: 50 }, (_, index) => Math.sin(index) + index / 10);
    const x = Float64Array.from(y, (_, index) => 5 * index + 1);
    const { averages } = smooth(x, y, { smoothing: 0.9, spacing: spacingOf(x) });
    // last ← last·w + (1 − w)·y; last / (1 − wⁿ)
    let last = 0;
    y.forEach((value, index) => {
      last = last * 0.9 + 0.1 * value;
      expect(averages[index]).toBeCloseTo(last / (1 - 0.9 ** (index + 1)), 10);
    });
  });

  it('goes on over what is not finite, and leaves that as it is', () => {
    const { averages } = smooth(Float64Array.of(1, 2, 3), Float64Array.of(4, NaN, 4), { smoothing: 0.5, spacing: 1 });
    expect([...averages]).toEqual([4, NaN, 4]);
  });

  it('of a closer look equals that of the whole, when it begins with what came before', () => {
    const x = Float64Array.from({ length: 100 }, (_, index) => index);
    const y = x.map((value) => Math.cos(value / 7));
    const whole = smooth(x, y, { smoothing: 0.8, spacing: 1 }).averages;
    const { state: before } = smooth(x.subarray(0, 40), y, { smoothing: 0.8, spacing: 1 });
    const close = smooth(x.subarray(40), y.subarray(40), { smoothing: 0.8, spacing: 1, before }).averages;
    close.forEach((value, index) => expect(value).toBeCloseTo(whole[index + 40]!, 12));
  });
});

describe('Axes', () => {
  it('have round ticks that say no more digits than they need', () => {
    expect(ticksOf(makeScale('linear', 0, 1, 0, 100), 5).map(({ label }) => label)).toEqual([
      '0',
      '0.2',
      '0.4',
      '0.6',
      '0.8',
      '1',
    ]);
    expect(ticksOf(makeScale('linear', 0, 50_000, 0, 100), 5, 'count').map(({ label }) => label)).toEqual([
      '0',
      '10k',
      '20k',
      '30k',
      '40k',
      '50k',
    ]);
    expect(ticksOf(makeScale('linear', 0, 7_200_000, 0, 100), 4, 'duration').map(({ label }) => label)).toEqual([
      '0 ms',
      '30 min',
      '1 h',
      '1 h 30 min',
      '2 h',
    ]);
    expect(ticksOf(makeScale('logarithmic', 1e-3, 10, 0, 100), 5).map(({ label }) => label)).toEqual([
      '0.001',
      '0.01',
      '0.1',
      '1',
      '10',
    ]);
  });

  it('never show steps between whole ones', () => {
    expect(ticksOf(makeScale('linear', 3, 5, 0, 100), 10, 'count').map(({ value }) => value)).toEqual([3, 4, 5]);
  });

  it('writes the labels of small values in one way', () => {
    const labels = ticksOf(makeScale('linear', 0, 3.2e-4, 0, 100), 4).map(({ label }) => label);
    expect(labels).toEqual(['0', '1e−4', '2e−4', '3e−4']);
  });

  it('leaves enough room around values that hardly differ for labels of few digits', () => {
    const range = paddedRange('linear', 0.0039997, 0.004);
    const labels = ticksOf(makeScale('linear', ...range, 0, 100), 4).map(({ label }) => label);
    expect(labels).toEqual(['0.00398', '0.00399', '0.004', '0.00401']);
  });

  it('has ticks on a logarithmic axis that shows a part of a decade', () => {
    expect(ticksOf(makeScale('logarithmic', 0.0031, 0.0048, 0, 100), 4).length).toBeGreaterThan(1);
  });

  it('go from values to pixels and back, on both kinds of scale', () => {
    for (const kind of ['linear', 'logarithmic'] as const) {
      const scale = makeScale(kind, 2, 200, 50, 450);
      expect(scale.toPixel(2)).toBeCloseTo(50);
      expect(scale.toValue(scale.toPixel(17))).toBeCloseTo(17);
    }
    expect(makeScale('logarithmic', 1, 10, 0, 1).toPixel(0)).toBeNaN();
  });

  it('write numbers and durations as one reads them', () => {
    expect([0.123456789, 12_345, 1e-7, NaN, -Infinity, 1.5e9].map(formatValue)).toEqual([
      '0.123457',
      '12,345',
      '1.0000e−7',
      'NaN',
      '−∞',
      '1,500,000,000',
    ]);
    expect([950, 1500, 90_000, 3_720_000, 90_000_000].map(formatDuration)).toEqual([
      '950 ms',
      '1.5 s',
      '1 min 30 s',
      '1 h 2 min',
      '1 d 1 h',
    ]);
    expect([12_000, 1_500_000, -0.25].map((value) => shortNumber(value))).toEqual(['12k', '1.5M', '−0.25']);
  });
});

describe('Live curves', () => {
  it('keep the least and the greatest of everything when they run out of room', () => {
    const live = new LiveCurve(64);
    const values = Array.from({ length: 1000 }, (_, index) =>
      index === 333 ? 50 : index === 777 ? -50 : Math.sin(index),
    );
    for (let start = 0; start < 1000; start += 10)
      live.append({
        steps: values.slice(start, start + 10).map((_, index) => start + index),
        values: values.slice(start, start + 10),
      });
    const { steps, min, max, values: last } = live.columns;
    expect(steps.length).toBeLessThanOrEqual(64);
    expect(steps.at(-1)).toBe(999);
    expect(last.at(-1)).toBe(values[999]);
    expect(Math.max(...max)).toBe(50);
    expect(Math.min(...min)).toBe(-50);
    expect([...steps]).toEqual([...steps].sort((one, other) => one - other));
  });

  it('tell when points come, and forget what comes after a checkpoint', () => {
    const live = new LiveCurve();
    let told = 0;
    const stop = live.onChange(() => told++);
    live.append({ steps: [1, 2, 3], values: [1, NaN, 3] });
    live.cutAfter(2);
    stop();
    live.append({ steps: [3], values: [9] });
    expect(told).toBe(2);
    expect([...live.columns.values]).toEqual([1, NaN, 9]);
  });
});

describe('Zoom', () => {
  const extent = { low: 0, high: 100 };
  it('keeps the place under the pointer and never leaves the whole', () => {
    expect(zoomed(extent, extent, 'linear', 25, 0.5)).toEqual({ low: 12.5, high: 62.5 });
    expect(zoomed({ low: 20, high: 40 }, extent, 'linear', 30, 20)).toBeNull();
    expect(moved({ low: 80, high: 95 }, extent, 'linear', 1)).toEqual({ low: 85, high: 100 });
    expect(within({ low: -5, high: 300 }, extent)).toBeNull();
  });
});

describe('Pictures of curves', () => {
  const series: ChartSeries[] = [
    { id: 'a', title: 'a', colour: 0, data: curve([1, 2, 3, 4], [4, 3, NaN, 1]) },
    { id: 'b', title: 'b, "quoted"', colour: 1, data: curve([2, 4], [10, 20]) },
  ];

  it('fit all that is seen, and read the logged values nearest to the crosshair', () => {
    const picture = new CurvePicture(series, options);
    expect(picture.extent).toEqual({ low: 1, high: 4 });
    expect(picture.y.low).toBeLessThan(1);
    expect(picture.y.high).toBeGreaterThan(20);
    const readings = readingsAt(picture, 2.1, picture.y.toPixel(9));
    expect(readings.map(({ id, step, value, epoch }) => [id, step, value, epoch])).toEqual([
      ['b', 2, 10, 0.2],
      ['a', 2, 3, 0.2],
    ]);
    expect(readingsAt(picture, 1, null).map(({ id }) => id)).toEqual(['a']);
  });

  it('keep the colours of series, and give others of one colour dashes', () => {
    const colours = distinctSeries([3, 7, 3, 3, 7]);
    expect(colours.map((colour) => colour % 10)).toEqual([3, 7, 3, 3, 7]);
    expect(new Set(colours).size).toBe(5);
    const dashes = colours.map((colour) => seriesDashes(colour).join(' '));
    expect([dashes[0], dashes[1]]).toEqual(['', '']);
    expect(new Set([dashes[0], dashes[2], dashes[3]]).size).toBe(3);
    const drawn = new SvgPen(options.width, options.height);
    new CurvePicture([{ ...series[1]!, colour: colours[2]! }], options).draw(drawn, style);
    expect(drawn.finish('dashes')).toContain(`stroke-dasharray="${dashes[2]}"`);
  });

  it('of a part fit what is seen of it', () => {
    const high = new CurvePicture(series, { ...options, view: { low: 3.9, high: 4 } });
    expect(high.extent).toEqual({ low: 1, high: 4 });
    expect(high.x.toPixel(3.9)).toBeCloseTo(high.plot.left);
  });

  it('show only what is above 0 on a logarithmic axis', () => {
    const mixed = [{ id: 'a', title: 'a', colour: 0, data: curve([1, 2, 3], [-1, 0.01, 10]) }];
    const { y } = new CurvePicture(mixed, { ...options, yKind: 'logarithmic' });
    expect(y.low).toBeGreaterThan(0);
    expect(y.low).toBeLessThan(0.01);
  });

  it('become SVG with a line for each curve and a cross where a value was not finite', () => {
    const pen = new SvgPen(464, 232);
    new CurvePicture(series, options).draw(pen, style);
    const svg = pen.finish('Loss <1>');
    expect(svg).toContain('<title>Loss &lt;1></title>');
    expect(svg).toContain('stroke="#000000"');
    expect(svg).toContain('stroke="#000001"');
    expect(svg).toContain('stroke="#f00"');
    expect(svg).not.toContain('NaN');
  });

  it('become a table of what was logged', () => {
    const lines = curvesToCsv(series).split('\r\n');
    expect(lines[0]).toBe('series,step,epoch,milliseconds,value,min,max');
    expect(lines[3]).toBe('a,3,0.3,300,,,');
    expect(lines[5]).toBe('"b, ""quoted""",2,0.2,200,10,10,10');
  });

  it('find the nearest entry of a column', () => {
    const column = Float64Array.of(1, 5, 9);
    expect([0, 2.9, 3.1, 20].map((value) => nearestIndex(column, value))).toEqual([0, 0, 1, 2]);
    expect(nearestIndex(new Float64Array(), 1)).toBe(-1);
  });
});
