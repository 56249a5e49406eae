// The image grid: every tile has one place, every place one tile, and keys lead where the eye expects.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bandsInView,
  layOutGrid,
  moveByKey,
  rowsPerBand,
  scrollToShow,
  tileAt,
  tileBox,
  tilesInView,
} from '../../../renderer/features/data/grid/gridLayout.js';

const grid = layOutGrid({ count: 100_000, width: 1000, tile: 96, caption: 16, gap: 4, padding: 8 });

describe('grid layout', () => {
  it('fills the width with whole tiles', () => {
    expect(grid.columns).toBe(9);
    expect(grid.tile).toBe(105);
    expect(grid.rows).toBe(Math.ceil(100_000 / 9));
  });

  it('has one column where the view is narrower than a tile', () => {
    expect(layOutGrid({ count: 3, width: 40, tile: 96 }).columns).toBe(1);
  });

  it('finds each tile where it is drawn, and none in the gaps', () => {
    fc.assert(
      fc.property(fc.nat(99_999), fc.double({ min: 0, max: 0.999, noNaN: true }), (index, share) => {
        const box = tileBox(grid, index);
        expect(tileAt(grid, box.left + share * box.width, box.top + share * box.height)).toBe(index);
        expect(tileAt(grid, box.left + box.width + 1, box.top)).toBeUndefined();
      }),
    );
    const { top } = tileBox(grid, 99_999);
    expect(tileAt(grid, grid.padding + 8 * 109, top)).toBeUndefined();
  });

  it('names exactly the tiles whose rows touch the view', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: grid.height, noNaN: true }), (top) => {
        const { from, to } = tilesInView(grid, top, 600);
        for (const index of [from - 1, to]) {
          if (index < 0 || index >= grid.count) continue;
          const box = tileBox(grid, index);
          expect(box.top + box.height <= top || box.top >= top + 600 - 1).toBe(true);
        }
      }),
    );
  });

  it('has bands that cover the view and one more on each side', () => {
    const perBand = rowsPerBand(grid);
    const top = 5000;
    const { from, to } = bandsInView(grid, top, 600);
    expect(from * perBand * grid.rowHeight).toBeLessThanOrEqual(top - grid.rowHeight);
    expect(to * perBand * grid.rowHeight).toBeGreaterThanOrEqual(top + 600);
    expect(bandsInView(grid, 0, 600).from).toBe(0);
    expect(bandsInView(layOutGrid({ count: 0, width: 500, tile: 64 }), 0, 600)).toEqual({ from: 0, to: 0 });
  });

  it('moves by keys, keeps the column and stays inside', () => {
    expect(moveByKey(grid, 10, 'ArrowDown', 600)).toBe(19);
    expect(moveByKey(grid, 4, 'ArrowUp', 600)).toBe(4);
    expect(moveByKey(grid, 0, 'ArrowLeft', 600)).toBe(0);
    expect(moveByKey(grid, 99_999, 'ArrowDown', 600)).toBe(99_999);
    expect(moveByKey(grid, 5, 'End', 600)).toBe(99_999);
    expect(moveByKey(grid, 5, 'Home', 600)).toBe(0);
    expect(moveByKey(grid, 0, 'PageDown', 600)).toBe(4 * 9);
    expect(moveByKey(grid, 5, 'x', 600)).toBeUndefined();
  });

  it('goes down from the last full row to the last tile', () => {
    const small = layOutGrid({ count: 7, width: 400, tile: 90 });
    expect(small.columns).toBe(4);
    expect(moveByKey(small, 3, 'ArrowDown', 400)).toBe(6);
    expect(moveByKey(small, 5, 'ArrowDown', 400)).toBe(5);
  });

  it('scrolls no further than a tile needs', () => {
    expect(scrollToShow({ top: 500, height: 100 }, 450, 600)).toBe(450);
    expect(scrollToShow({ top: 100, height: 100 }, 450, 600)).toBe(92);
    expect(scrollToShow({ top: 1200, height: 100 }, 450, 600)).toBe(708);
  });
});
