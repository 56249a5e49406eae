// What the page of a data set shows besides its list entry: columns with their figures, which for large data come later.
import type { ColumnStatistics } from '../../../contract/services/datasets.js';
import type { ShareContext } from '../workbench/sharedWork.js';
import { columnOutline, columnStatistics } from './columnStatistics.js';
import type { Shelved } from './dataLibrary.js';
import type { DataFindings, WorkProgress } from './dataWork.js';
import { splitChoiceOf } from './description.js';

/** Of memory: so much is counted at once, before anybody wonders. */
export const quickBytes = 16 * 2 ** 20;

export async function findOut(open: Shelved, context: ShareContext<WorkProgress>): Promise<DataFindings> {
  return findingsOf(open, await countColumns(open, context));
}

/** What the page of a large data set shows before its columns are counted. */
export function outlineOf(open: Shelved): DataFindings {
  const { dataSet } = open;
  return {
    ...findingsOf(
      open,
      dataSet.columns.map((column) => columnOutline(dataSet, column)),
    ),
    areCounted: false,
  };
}

async function countColumns(
  { dataSet }: Shelved,
  { progress, signal }: ShareContext<WorkProgress>,
): Promise<readonly ColumnStatistics[]> {
  const columns = [];
  for (const [done, column] of dataSet.columns.entries()) {
    progress({ stage: `counting '${column.name}'`, done, total: dataSet.columns.length });
    columns.push(columnStatistics(dataSet, column));
    // Lets others, and a cancellation, in.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  return columns;
}

function findingsOf({ dataSet, description, split }: Shelved, columns: readonly ColumnStatistics[]): DataFindings {
  return {
    kind: dataSet.kind,
    task: dataSet.task,
    columns,
    areCounted: true,
    target: dataSet.target,
    inputs: dataSet.inputs,
    hasParts: dataSet.parts !== undefined,
    split: splitChoiceOf(description.split),
    splitSizes: { train: split.train.length, val: split.val.length, test: split.test.length },
    remarks: dataSet.remarks,
  };
}
