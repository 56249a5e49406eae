// What every kind of input gives to the page.
import type { ExampleRow } from '../../engine/data/encodeExamples.js';
import { decodeBase64 } from '../../engine/exporters/base64.js';
import type { PageContent, PageRow, PageValue } from '../../engine/exporters/pageContent.js';

export interface Asked {
  readonly rows: readonly PageRow[];
  /** What the data says of it, where it is an example of the data. */
  readonly actual: string | undefined;
}

export type Ask = (asked: Asked) => void;

export interface PageInput {
  readonly element: HTMLElement;
  /** What is asked at the start. */
  start(): void;
}

export type MakeInput = (content: PageContent, ask: Ask) => PageInput;

export function actualOf(value: string | number | null): string | undefined {
  return value === null ? undefined : typeof value === 'number' ? String(value) : value;
}

/** Rows as the engine takes them: bytes travel as base64. */
export function readRows(rows: readonly PageRow[]): ExampleRow[] {
  return rows.map(readRow);
}

function readRow(row: PageRow): ExampleRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, readValue(value)]));
}

function readValue(value: PageValue): ExampleRow[string] {
  if (typeof value === 'object' && value !== null && 'bytes' in value)
    return decodeBase64(new TextEncoder().encode(value.bytes));
  return value;
}
