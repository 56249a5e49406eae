// Which buffers of a recorded run may share memory: those whose first and last uses do not overlap.
import type { RecordedCommand, RecordedRun } from './recordedRun.js';
import { readBy, writtenBy } from './runRecorder.js';

export interface ScratchPlan {
  /** By recorded buffer: index of the slot that stands in for it. */
  readonly slotOf: ReadonlyMap<GPUBuffer, number>;
  /** Bytes by slot. */
  readonly sizes: readonly number[];
  /** By command: buffers that are used there for the first time. */
  readonly begins: readonly (readonly GPUBuffer[])[];
}

/** Assigns the buffers that were made during the run, and hold nothing that the host wrote, to as little memory as is easy. */
export function planScratch(run: RecordedRun): ScratchPlan {
  const lifetimes = lifetimesOf(run);
  const begins = run.commands.map((): GPUBuffer[] => []);
  const ends = run.commands.map((): GPUBuffer[] => []);
  for (const [buffer, { first, last }] of lifetimes) {
    begins[first]!.push(buffer);
    ends[last]!.push(buffer);
  }
  const slotOf = new Map<GPUBuffer, number>();
  const sizes: number[] = [];
  const free = new Set<number>();
  run.commands.forEach((_, at) => {
    for (const buffer of begins[at]!) slotOf.set(buffer, takeSlot(sizes, free, buffer.size));
    for (const buffer of ends[at]!) free.add(slotOf.get(buffer)!);
  });
  return { slotOf, sizes, begins };
}

/** The smallest free slot that is large enough, else the largest, which grows, else a new one. */
function takeSlot(sizes: number[], free: Set<number>, bytes: number): number {
  const bySize = [...free].sort((left, right) => sizes[left]! - sizes[right]!);
  const slot = bySize.find((index) => sizes[index]! >= bytes) ?? bySize.at(-1) ?? sizes.push(0) - 1;
  free.delete(slot);
  sizes[slot] = Math.max(sizes[slot]!, bytes);
  return slot;
}

function lifetimesOf({ commands, made }: RecordedRun): Map<GPUBuffer, { first: number; last: number }> {
  const lifetimes = new Map<GPUBuffer, { first: number; last: number }>();
  commands.forEach((command, at) => {
    for (const buffer of usedBy(command)) {
      if (!made.has(buffer) || command.host.has(buffer)) continue;
      const life = lifetimes.get(buffer);
      if (life) life.last = at;
      else lifetimes.set(buffer, { first: at, last: at });
    }
  });
  return lifetimes;
}

function usedBy(command: RecordedCommand): Set<GPUBuffer> {
  return new Set([...readBy(command), ...writtenBy(command)]);
}
