// The import dialog: what the person changes, what keeps it from starting, and what is asked of the service.
import { describe, expect, it } from 'vitest';
import type { ImportPreview } from '../../../contract/services/datasets.js';
import {
  faultsOf,
  formOf,
  freeName,
  keepChoices,
  optionsOf,
  taskOf,
  withRole,
  withType,
} from '../../../renderer/features/data/import/importForm.js';

const column = (
  name: string,
  type: 'number' | 'category' | 'text' | 'date',
  role: 'input' | 'target',
  distinct = 9,
) => ({
  name,
  type,
  role,
  missing: 0,
  distinct,
  samples: [],
  possible: [type, 'text' as const],
});

const table: ImportPreview = {
  path: '/data/houses.csv',
  format: 'csv',
  suggestedName: 'houses',
  kind: 'tabular',
  task: 'regression',
  count: 100,
  bytes: 5000,
  columns: [
    column('area', 'number', 'input'),
    column('town', 'category', 'input'),
    column('price', 'number', 'target'),
  ],
  rows: [],
  classes: [],
  images: null,
  excerpt: null,
  target: 'price',
  image: null,
  csv: { delimiter: ',', header: true, encoding: 'utf-8' },
  windowLength: null,
  parts: null,
  brokenLines: [],
  replaces: null,
  obstacle: null,
  remarks: [],
};

describe('import of a table', () => {
  const form = formOf(table);

  it('begins with what was recognised', () => {
    expect(form.name).toBe('houses');
    expect(taskOf(form, table)).toBe('regression');
    expect(faultsOf(form, table)).toEqual([]);
  });

  it('has one target: choosing another makes the first an input', () => {
    const changed = withRole(form, 'town', 'target', table);
    expect(changed.columns.map(({ role }) => role)).toEqual(['input', 'target', 'input']);
    expect(taskOf(changed, table)).toBe('classification');
  });

  it('leaves columns out by role or by type, and takes them back with the type that was found', () => {
    const without = withType(form, 'area', 'ignored');
    expect(without.columns[0]).toEqual({ name: 'area', type: 'ignored', role: 'ignored' });
    expect(withRole(without, 'area', 'input', table).columns[0]).toEqual({
      name: 'area',
      type: 'number',
      role: 'input',
    });
    expect(optionsOf(withRole(form, 'area', 'ignored', table), table).types).toMatchObject({ area: 'ignored' });
  });

  it('tells what is wrong, where', () => {
    expect(faultsOf(withRole(form, 'price', 'input', table), table).map(({ place }) => place)).toEqual(['columns']);
    const text = withType(form, 'price', 'text');
    expect(faultsOf(text, table)[0]?.place).toEqual({ column: 'price' });
    const bare = withRole(withRole(form, 'area', 'ignored', table), 'town', 'ignored', table);
    expect(faultsOf(bare, table)).toHaveLength(1);
    expect(faultsOf({ ...form, name: ' ' }, table)[0]?.place).toBe('name');
  });

  it('refuses a target of one class', () => {
    const single = { ...table, columns: [column('a', 'number', 'input'), column('b', 'category', 'target', 1)] };
    expect(faultsOf(formOf(single), single)).toHaveLength(1);
  });

  it('asks for the target, the types and the task', () => {
    expect(optionsOf(form, table, { delimiter: ';' })).toEqual({
      delimiter: ';',
      name: 'houses',
      target: 'price',
      task: 'regression',
      types: { area: 'number', town: 'category', price: 'number' },
    });
  });

  it('keeps choices when the same columns are read in another way, and forgets them with other columns', () => {
    const changed = withRole(form, 'town', 'target', table);
    expect(keepChoices(changed, table).columns).toBe(changed.columns);
    const other = { ...table, columns: [column('all', 'text', 'target')] };
    expect(keepChoices(changed, other).columns.map(({ name }) => name)).toEqual(['all']);
  });
});

describe('import of images and texts', () => {
  const image = { width: 32, height: 32, channels: 3 } as const;
  const folder: ImportPreview = { ...table, format: 'imageFolder', kind: 'image', columns: [], csv: null, image };

  it('begins with the size of the look', () => {
    expect(optionsOf(formOf(folder), folder)).toEqual({
      name: 'houses',
      image: { width: 32, height: 32, channels: 3 },
    });
  });

  it('checks sizes and windows', () => {
    const form = formOf(folder);
    expect(faultsOf({ ...form, image: { width: 0, height: 32, channels: 1 } }, folder)).toHaveLength(1);
    expect(faultsOf({ ...form, windowLength: 1 }, folder)).toHaveLength(1);
  });
});

it('finds a name that is free', () => {
  expect(freeName('digits', [])).toBe('digits');
  expect(freeName('digits', ['Digits', 'digits 2'])).toBe('digits 3');
});
