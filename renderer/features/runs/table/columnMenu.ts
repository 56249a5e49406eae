// The menu of a column's header.
import { runTexts } from '../../../texts/runs.js';
import { withColumn, withColumnMoved, withPinned, type RunColumn, type TableView } from './runColumns.js';

export function columnMenu(view: TableView, { key }: RunColumn): { key: string; label: string; disabled?: boolean }[] {
  const at = view.columns.findIndex((column) => column.key === key);
  return [
    { key: 'ascending', label: runTexts.sortAscending },
    { key: 'descending', label: runTexts.sortDescending },
    isAmongSeveral(view, key) ? { key: 'unsort', label: runTexts.sortNot } : { key: 'also', label: runTexts.sortAlso },
    { key: 'pin', label: view.pinned === at + 1 ? runTexts.unpin : runTexts.pin },
    { key: 'left', label: runTexts.moveLeft, disabled: at <= 0 },
    { key: 'right', label: runTexts.moveRight, disabled: at >= view.columns.length - 1 },
    { key: 'hide', label: runTexts.hideColumn, disabled: view.columns.length <= 1 },
  ];
}

export function applyColumnChoice(view: TableView, column: RunColumn, choice: string): TableView {
  const { key } = column;
  const at = view.columns.findIndex((one) => one.key === key);
  const others = view.sort.filter((rule) => rule.column !== key);
  if (choice === 'ascending' || choice === 'descending')
    return { ...view, sort: [{ column: key, descending: choice === 'descending' }] };
  if (choice === 'also') return { ...view, sort: [...others, { column: key, descending: false }] };
  if (choice === 'unsort') return { ...view, sort: others };
  if (choice === 'pin') return withPinned(view, key);
  if (choice === 'hide') return withColumn(view, column, false);
  if (choice === 'left') return withColumnMoved(view, key, view.columns[at - 1]?.key ?? null);
  return withColumnMoved(view, key, view.columns[at + 2]?.key ?? null);
}

function isAmongSeveral({ sort }: TableView, key: string): boolean {
  return sort.length > 1 && sort.some(({ column }) => column === key);
}
