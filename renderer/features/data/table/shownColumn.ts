// A column as the table lays it out.
import type { ColumnStatistics } from '../../../../contract/services/datasets.js';

export interface ShownColumn {
  readonly index: number;
  readonly statistics: ColumnStatistics;
  readonly left: number;
  readonly width: number;
  /** Its place among the cells of a row; −1 until known. */
  readonly cell: number;
  /** Of its numbers. */
  readonly decimals: number;
  /** Class names, where the column is the target of a classification: its cells get the classes' colours. */
  readonly classNames: readonly string[] | undefined;
}
