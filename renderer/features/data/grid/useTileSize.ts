// The side of the pictures in grids, in steps; kept for the next time.
import { ref, type Ref } from 'vue';

export const smallestTile = 24;
export const largestTile = 256;
const storageKey = 'descent.data.tile';
const steps = [24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256] as const;

const saved = Number(localStorage.getItem(storageKey));
const side = ref(saved >= smallestTile && saved <= largestTile ? saved : 80);

export function useTileSize(): {
  readonly side: Ref<number>;
  readonly set: (to: number) => void;
  readonly step: (by: 1 | -1) => void;
} {
  const set = (to: number): void => {
    side.value = Math.min(largestTile, Math.max(smallestTile, Math.round(to)));
    localStorage.setItem(storageKey, String(side.value));
  };
  return {
    side,
    set,
    step: (by) => {
      const next = by > 0 ? steps.find((size) => size > side.value) : steps.findLast((size) => size < side.value);
      if (next !== undefined) set(next);
    },
  };
}
