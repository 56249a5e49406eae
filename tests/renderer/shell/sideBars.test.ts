// Widths that a saved layout says of its groups.
import { Orientation } from 'dockview-vue';
import { expect, test } from 'vitest';
import { savedWidths } from '../../../renderer/shell/sideBars.js';

type Grid = Parameters<typeof savedWidths>[0];

const leaf = (id: string, size: number) => ({ type: 'leaf' as const, data: { id, views: [] }, size });
const branch = (size: number, ...data: Grid['root'][]) => ({ type: 'branch' as const, data, size });

test('columns have the widths of the layout, and what lies above one another in a column has its width', () => {
  const grid = {
    root: branch(
      1021,
      leaf('side', 292),
      branch(1252, leaf('centre', 700), leaf('console', 321)),
      leaf('inspector', 320),
    ),
    ...{ width: 1864, height: 1021, orientation: Orientation.HORIZONTAL },
  } as Grid;
  expect([...savedWidths(grid)]).toEqual([
    ['side', 292],
    ['centre', 1252],
    ['console', 1252],
    ['inspector', 320],
  ]);
});

test('rows are as wide as the window, columns in one of them as it says', () => {
  const grid = {
    root: branch(1864, branch(800, leaf('side', 292), leaf('centre', 1572)), leaf('console', 221)),
    ...{ width: 1864, height: 1021, orientation: Orientation.VERTICAL },
  } as Grid;
  expect([...savedWidths(grid)]).toEqual([
    ['side', 292],
    ['centre', 1572],
    ['console', 1864],
  ]);
});
