// Which examples of a data set a query leaves, in which order: filters over columns, and sorting through orders that are kept.
import type { ExampleQuery } from '../../../contract/services/datasets.js';
import { findColumn, type Column, type DataSet } from '../../../engine/data/dataSet.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { partNames } from '../../../engine/data/split.js';
import { cellText } from './cells.js';
import { classColumnOf, type OpenDataSet } from './openDataSet.js';
import { ascendingOrder } from './ascendingOrder.js';

/** Bytes of results and orders that are kept for each data set that is open. */
const keptBytes = 64 * 2 ** 20;

/** Answers queries on one data set; the results and orders used last are kept. */
export class ExampleQueries {
  private readonly kept = new Map<string, Int32Array>();
  private bytes = 0;

  constructor(private readonly open: OpenDataSet) {}

  /** Example numbers; not to be written to. @throws EngineError `data.column`, `data.example` */
  examples(query: ExampleQuery): Int32Array {
    if (query.examples) return this.given(query, query.examples);
    const { part, class: code, search, sort } = query;
    const key = `query ${JSON.stringify([part, code, search, sort?.column, sort?.descending])}`;
    return this.keep(key, () => this.filtered(query, this.ordered(query)));
  }

  /** Examples that were named: in the order given unless another is asked for, and filtered all the same. */
  private given(query: ExampleQuery, examples: Int32Array): Int32Array {
    const { count, name } = this.open.dataSet;
    const outside = examples.find((example) => example < 0 || example >= count);
    if (outside !== undefined)
      throw new EngineError(
        'data.example',
        `Data set '${name}': examples are numbered 0 to ${count - 1}, got ${outside}`,
      );
    if (!query.sort) return this.filtered(query, examples);
    const wanted = new Uint8Array(count);
    for (const example of examples) wanted[example] = 1;
    return this.filtered(
      query,
      this.ordered(query).filter((example) => wanted[example] === 1),
    );
  }

  private ordered({ sort }: ExampleQuery): Int32Array {
    const { count } = this.open.dataSet;
    if (!sort) return this.keep('all', () => Int32Array.from({ length: count }, (_, example) => example));
    const ascending = this.keep(`order ${sort.column}`, () => ascendingOrder(columnOf(this.open.dataSet, sort.column)));
    return sort.descending ? descendingOf(this.open.dataSet, sort.column, ascending) : ascending;
  }

  private filtered({ part, class: code, search }: ExampleQuery, examples: Int32Array): Int32Array {
    const tests: ((example: number) => boolean)[] = [];
    if (part !== undefined) {
      const number = partNames.indexOf(part);
      const { partOf } = this.open;
      tests.push((example) => partOf[example] === number);
    }
    if (code !== undefined) {
      const codes = classColumnOf(this.open.dataSet)?.codes;
      tests.push((example) => codes?.[example] === code);
    }
    if (search !== undefined && search.trim() !== '') {
      const found = this.searched(search.trim().toLowerCase());
      tests.push((example) => found[example] === 1);
    }
    if (tests.length === 0) return examples;
    return examples.filter((example) => tests.every((test) => test(example)));
  }

  /** 1 where some cell of the example contains the text, without regard to case. */
  private searched(search: string): Uint8Array {
    const { columns, count } = this.open.dataSet;
    const found = new Uint8Array(count);
    for (const column of columns) markFound(column, search, found);
    return found;
  }

  private keep(key: string, make: () => Int32Array): Int32Array {
    const known = this.kept.get(key);
    if (known) {
      // The order of insertion is the order of use.
      this.kept.delete(key);
      this.kept.set(key, known);
      return known;
    }
    const made = make();
    this.kept.set(key, made);
    this.bytes += made.byteLength;
    for (const [oldest, array] of this.kept) {
      if (this.bytes <= keptBytes || oldest === key) break;
      this.kept.delete(oldest);
      this.bytes -= array.byteLength;
    }
    return made;
  }
}

function columnOf(dataSet: DataSet, name: string): Column {
  const column = findColumn(dataSet, name);
  if (!column) throw new EngineError('data.column', `Data set '${dataSet.name}': there is no column '${name}'`);
  return column;
}

/** Reversed, but equal values stay in the order of the data and missing ones at the end. */
function descendingOf(dataSet: DataSet, name: string, ascending: Int32Array): Int32Array {
  const column = columnOf(dataSet, name);
  const count = ascending.length;
  const isMissing = missingTest(column);
  let present = count;
  while (present > 0 && isMissing(ascending[present - 1]!)) present--;
  const same = equalityOf(column);
  const result = new Int32Array(count);
  let to = 0;
  for (let end = present; end > 0;) {
    let start = end - 1;
    while (start > 0 && same(ascending[start - 1]!, ascending[end - 1]!)) start--;
    for (let at = start; at < end; at++) result[to++] = ascending[at]!;
    end = start;
  }
  result.set(ascending.subarray(present), present);
  return result;
}

function missingTest(column: Column): (example: number) => boolean {
  if (column.type === 'number') return (example) => Number.isNaN(column.values[example]);
  if (column.type === 'category') return (example) => column.codes[example]! < 0;
  return () => false;
}

function equalityOf(column: Column): (one: number, other: number) => boolean {
  if (column.type === 'number' || column.type === 'text')
    return (one, other) => column.values[one] === column.values[other];
  if (column.type === 'category') return (one, other) => column.codes[one] === column.codes[other];
  return (one, other) => one === other;
}

/** Categories are compared once each, numbers only when the text could be part of one. */
function markFound(column: Column, search: string, found: Uint8Array): void {
  switch (column.type) {
    case 'category': {
      const matches = column.categories.map((name) => name.toLowerCase().includes(search));
      if (matches.includes(true)) column.codes.forEach((code, example) => matches[code] && (found[example] = 1));
      return;
    }
    case 'text':
      column.values.forEach((value, example) => value.toLowerCase().includes(search) && (found[example] = 1));
      return;
    case 'number':
      if (/^[-+.\de]+$/.test(search))
        column.values.forEach((value, example) => String(value).includes(search) && (found[example] = 1));
      return;
    case 'windows':
      for (let example = 0; example < found.length; example++)
        if (cellText(column, example).toLowerCase().includes(search)) found[example] = 1;
      return;
    case 'array':
      return;
  }
}
