// What a self-contained page is told about the model in it; JSON.
import type { Preprocessing } from '../data/preprocessing.js';
import type { Precision } from './compareOutputs.js';

/** A column of a form. */
export type PageField =
  | {
      readonly kind: 'number';
      readonly column: string;
      /** Of the data. */
      readonly low: number;
      readonly high: number;
      /** The median: what the form starts with. */
      readonly typical: number;
      readonly isWhole: boolean;
    }
  | {
      readonly kind: 'category';
      readonly column: string;
      readonly categories: readonly string[];
      readonly typical: string;
    };

/** Bytes travel as base64. */
export type PageValue = string | number | null | { readonly bytes: string } | readonly number[];
export type PageRow = Readonly<Record<string, PageValue>>;

/** A held-out example, with what the trained model made of it: the page compares itself with that. */
export interface PageExample {
  /** One, or the rows of a series. */
  readonly rows: readonly PageRow[];
  readonly actual: string | number | null;
  /** The model's output (of a language model: for the last position). */
  readonly expected: readonly number[];
}

export interface PageContent {
  readonly version: 1;
  readonly title: string;
  readonly model: string;
  readonly data: string;
  readonly run: string;
  /** Measured on the test part; by name without its part. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: number;
  readonly precision: Precision;
  readonly preprocessing: Preprocessing;
  readonly fields: readonly PageField[];
  readonly examples: readonly PageExample[];
  /** Largest difference that the page accepts when it compares itself. */
  readonly tolerance: number;
}
