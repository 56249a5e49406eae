// Tables on their way in: types, roles, encodings and broken rows, as they are shown and as they are imported.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ImportOptions } from '../../../contract/services/datasets.js';
import { findColumn } from '../../../engine/data/dataSet.js';
import { cellOf } from '../../../main/services/datasets/cells.js';
import { importDataSet, type DatasetManifest } from '../../../main/services/datasets/importDataSet.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import { temporaryFolder } from '../store/temporaryFolder.js';
import { bring, fileOf, look } from './importing.js';

const table = `id,age,city,when,note,price\n${Array.from({ length: 30 }, (_, at) => `${at},${at % 7 === 0 ? '' : at / 2},${['Rome', 'Oslo'][at % 2]!},2024-01-${String((at % 28) + 1).padStart(2, '0')},same,${at * 1.5}`).join('\n')}\n`;

describe('A table', () => {
  it('shows its columns with types, what they can be, roles, and why some are left out', async () => {
    const preview = await look(fileOf('flats.csv', table));
    expect(preview).toMatchObject({
      format: 'csv',
      suggestedName: 'flats',
      kind: 'tabular',
      task: 'regression',
      target: 'price',
      count: 30,
    });
    expect(preview.csv).toEqual({ delimiter: ',', header: true, encoding: 'utf-8' });
    expect(preview.columns.map(({ name, type, role }) => [name, type, role])).toEqual([
      ['id', 'ignored', 'ignored'],
      ['age', 'number', 'input'],
      ['city', 'category', 'input'],
      ['when', 'date', 'input'],
      ['note', 'ignored', 'ignored'],
      ['price', 'number', 'target'],
    ]);
    expect(preview.columns[1]).toMatchObject({ missing: 5, distinct: 25, possible: ['number', 'category', 'text'] });
    expect(preview.rows[1]).toEqual(['1', '0.5', 'Oslo', '2024-01-02', 'same', '1.5']);
    expect(preview.remarks).toContain("'id' is left out: it numbers the rows");
    expect(preview.obstacle).toBeNull();
  });

  it('is imported as it was shown, or as was chosen', async () => {
    const path = fileOf('flats.csv', table);
    const types = { id: 'ignored', when: 'date', city: 'text' } as const;
    const { dataSet } = await bring(path, {
      target: 'city',
      task: 'classification',
      types: { ...types, city: 'category' },
    });
    expect(dataSet.columns.map(({ name }) => name)).toEqual(['age', 'city', 'when', 'note', 'price']);
    expect(dataSet).toMatchObject({ target: 'city', task: 'classification', inputs: ['age', 'when', 'price'] });
    const when = findColumn(dataSet, 'when');
    expect(when?.type === 'number' && when.values[0]).toBe(Date.UTC(2024, 0, 1) / 86_400_000);
    // Left alone it is what the preview shows.
    const { dataSet: found } = await bring(path);
    expect(findColumn(found, 'when')).toMatchObject({ type: 'number', isDate: true });
    expect(cellOf(findColumn(found, 'when')!, 0)).toBe('2024-01-01');
  });

  it.each<[string, string, Partial<ImportOptions>]>([
    ['semicolons and decimal commas', 'a;b\n1,5;x\n2,25;y\n-3;x\n1.000,5;y\n', {}],
    ['tabs, without a header', '1.5\tx\n2.25\ty\n-3\tx\n1000.5\ty\n', { header: false }],
  ])('with %s is read', async (_, content, options) => {
    const { dataSet } = await bring(fileOf('t.csv', content), options);
    const [first] = dataSet.columns;
    expect(first?.type === 'number' && [...first.values]).toEqual([1.5, 2.25, -3, 1000.5]);
    expect(dataSet.task).toBe('classification');
  });

  it.each<[string, (text: string) => Uint8Array]>([
    ['windows-1252', (text) => Uint8Array.from(text, (character) => character.charCodeAt(0))],
    ['utf-16le', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16be', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['utf-8', (text) => gzipSync(text)],
  ])('in %s is read as such', async (encoding, encode) => {
    const name = encoding === 'utf-8' ? 't.csv.gz' : 't.csv';
    const path = fileOf(name, encode('plats,ville\n1,Orléans\n2,Nîmes\n3,Orléans\n4,Nîmes\n'));
    expect((await look(path)).csv?.encoding).toBe(encoding);
    const { dataSet, manifest } = await bring(path);
    expect(manifest.classes).toEqual(['Nîmes', 'Orléans']);
    expect(dataSet.columns.map((column) => column.name)).toEqual(['plats', 'ville']);
  });

  it('with broken rows tells their lines; they are left out if that is chosen', async () => {
    const path = fileOf('t.csv', 'a,b\n1,x\n2\n3,y\n4,x,9\n5,y\n');
    const preview = await look(path);
    expect(preview.brokenLines).toEqual([3, 5]);
    expect(preview.obstacle).toMatch(/^Line 3 has 1 fields instead of 2/);
    await expect(bring(path)).rejects.toThrow(/line 3: every row must have 2 fields .* got 1 \(and 1 more/);
    expect((await look(path, { leaveOutBroken: true })).obstacle).toBeNull();
    const { dataSet } = await bring(path, { leaveOutBroken: true });
    expect(dataSet.count).toBe(3);
    expect(dataSet.remarks[0]).toBe('2 rows without 2 fields were left out (lines 3, 5)');
  });

  it('keeps rows without a target for another one', async () => {
    const workspace = openWorkspace(join(temporaryFolder(), 'workspace'), { create: true });
    onTestFinished(() => workspace.close());
    const path = fileOf('t.csv', 'a,b\n1,x\n2,\n3,y\n4,x\n5,y\n');
    const { id, manifest } = await importDataSet(path, workspace);
    expect((manifest as DatasetManifest).count).toBe(4);
    const { dataSet } = await loadDataSet(id, { workspace: workspace.path, target: 'b' });
    expect(dataSet.count).toBe(4);
    expect(findColumn(dataSet, 'a')?.type).toBe('number');
  });

  it.each([
    ['parquet', 'parquet'],
    ['json', 'jsonl'],
  ] as const)('in %s is read with its types', async (kind, format) => {
    const path = join(temporaryFolder(), `t.${format}`);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = `select range * 1.5 as size, 'k' || (range % 3) as kind, range % 2 = 0 as even, date '2024-02-01' + range::int as day from range(40)`;
    await connection.run(`copy (${rows}) to '${path}' (format ${kind})`);
    instance.closeSync();
    const preview = await look(path, { target: 'kind' });
    expect(preview).toMatchObject({ format, count: 40, target: 'kind', task: 'classification' });
    expect(preview.columns.map(({ type }) => type)).toEqual(['number', 'category', 'category', 'date']);
    const { dataSet } = await bring(path, { target: 'kind', types: { day: 'date' } });
    expect(dataSet.columns.map(({ type }) => type)).toEqual(['number', 'category', 'category', 'number']);
    expect(findColumn(dataSet, 'size')).toMatchObject({
      values: Float64Array.from({ length: 40 }, (_, at) => at * 1.5),
    });
  });

  it('as a JSON list is read; other JSON is refused', async () => {
    const list = Array.from({ length: 9 }, (_, at) => ({ x: at, y: at % 2 ? 'odd' : 'even' }));
    expect((await bring(fileOf('t.json', JSON.stringify(list)))).manifest).toMatchObject({
      count: 9,
      classes: ['even', 'odd'],
    });
    await expect(bring(fileOf('t.json', '[1, 2, 3]'))).rejects.toMatchObject({
      code: expect.stringMatching(/^data\./) as string,
    });
    await expect(bring(fileOf('t.json', '[{"x": 1}, {"x": '))).rejects.toMatchObject({ code: 'data.table' });
  });
});
