// Metrics: packed chunks, reading at several resolutions, going back.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Database } from '../../../main/store/database.js';
import { chunkCapacity } from '../../../main/store/metricChunk.js';
import { readBuckets, readMetric, seriesNames } from '../../../main/store/metricReader.js';
import { flushInterval, MetricWriter, removeMetricsAfter } from '../../../main/store/metricWriter.js';
import { RunStore } from '../../../main/store/runStore.js';
import { newRun } from './newRun.js';
import { temporaryFolder } from './temporaryFolder.js';

function freshRun(): { database: Database; run: string; chunks: () => number } {
  const database = Database.open(join(temporaryFolder(), 'descent.sqlite'));
  const run = new RunStore(database).create(newRun);
  return { database, run, chunks: () => Number(database.get('SELECT count(*) AS chunks FROM chunk')!.chunks) };
}

test('Metrics: points come back in order, over many flushes, with values that are not finite', () => {
  const { database, run } = freshRun();
  const writer = new MetricWriter(database, run);
  const values = Array.from({ length: 2500 }, (_, step) =>
    step === 7 ? NaN : step === 8 ? -Infinity : Math.sqrt(step),
  );
  for (const [step, value] of values.entries()) {
    writer.add('train_loss', step, value);
    if (step % 97 === 0) writer.flush();
  }
  writer.close();
  expect(readMetric(database, run, 'train_loss').map(({ value }) => value)).toEqual(values);
  expect(readMetric(database, run, 'train_loss', { from: 1020, to: 1030 }).map(({ step }) => step)).toHaveLength(11);
  database.close();
});

test('Metrics: a chunk holds at most its capacity, also when small flushes fill it', () => {
  const { database, run, chunks } = freshRun();
  for (let part = 0; part < 30; part++) {
    // A new writer each time: as after a resume.
    const writer = new MetricWriter(database, run);
    for (let step = 0; step < 100; step++) writer.add('loss', part * 100 + step, step);
    writer.close();
  }
  expect(chunks()).toBe(Math.ceil(3000 / chunkCapacity));
  expect(readMetric(database, run, 'loss').map(({ step }) => step)).toEqual(
    Array.from({ length: 3000 }, (_, step) => step),
  );
  database.close();
});

test('Metrics: are written at most every half second, by the clock of a busy loop', () => {
  const { database, run, chunks } = freshRun();
  let time = 1_000_000;
  const writer = new MetricWriter(database, run, () => time);
  writer.add('loss', 0, 1);
  time += flushInterval - 1;
  writer.add('loss', 1, 1);
  expect(chunks()).toBe(0);
  time += 1;
  writer.add('loss', 2, 1);
  expect(chunks()).toBe(1);
  expect(readMetric(database, run, 'loss')).toHaveLength(3);
  writer.close();
  database.close();
});

test('Metrics: a million points are seen whole in a thousand stretches, no spike lost', () => {
  const { database, run } = freshRun();
  const writer = new MetricWriter(database, run);
  for (let step = 0; step < 1_000_000; step++) {
    writer.addAt('loss', { step, time: step, value: step === 654_321 ? 99 : Math.sin(step / 1e4) });
    if (step % 50_000 === 49_999) writer.flush();
  }
  writer.close();
  for (const count of [200, 1000]) {
    const buckets = readBuckets(database, run, 'loss', count);
    expect(buckets).toHaveLength(count);
    expect(Math.max(...buckets.map(({ max }) => max!))).toBe(99);
    expect(buckets.reduce((points, bucket) => points + bucket.points, 0)).toBe(1_000_000);
  }
  const zoomed = readBuckets(database, run, 'loss', 100, { from: 654_300, to: 654_349 });
  expect(zoomed).toHaveLength(50);
  expect(zoomed[21]).toEqual({ firstStep: 654_321, lastStep: 654_321, points: 1, min: 99, max: 99 });
  database.close();
});

test('Metrics: going back to a checkpoint removes exactly the later points', () => {
  const { database, run } = freshRun();
  const writer = new MetricWriter(database, run);
  for (let step = 1; step <= 3000; step++) for (const name of ['a', 'b']) writer.add(name, step, step);
  writer.close();
  removeMetricsAfter(database, run, 1500);
  const again = new MetricWriter(database, run);
  again.add('a', 1501, -1);
  again.close();
  expect(seriesNames(database, run)).toEqual(['a', 'b']);
  expect(readMetric(database, run, 'b').at(-1)!.step).toBe(1500);
  expect(readMetric(database, run, 'a').slice(-2)).toMatchObject([
    { step: 1500, value: 1500 },
    { step: 1501, value: -1 },
  ]);
  database.close();
});
