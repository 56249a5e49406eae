// What every kind of input gives to the page.
import type { PageContent, PageRow } from '../../engine/exporters/pageContent.js';

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
