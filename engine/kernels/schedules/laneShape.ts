// How threads are dealt out to rows and to what their reductions combine.
import type { KernelTarget } from '../compileOptions.js';

/**
 * A workgroup computes `rows` rows with `lanes` threads each, of one of `parts` pieces of a reduction; with one lane, as many
 * pieces of rows.
 */
export interface LaneShape {
  readonly rows: number;
  readonly lanes: number;
  readonly parts: number;
  /** Neighbouring threads belong to neighbouring rows, else to the same one. */
  readonly acrossRows: boolean;
}

export interface RowWork {
  readonly rows: number;
  /** Terms of the longest reduction, or columns that are written. */
  readonly length: number;
  /** Neighbouring rows lie side by side in memory, terms do not. */
  readonly acrossRows: boolean;
  /** Whether reductions may be computed in pieces by kernels of their own. */
  readonly isDivisible: boolean;
}

/** Threads that keep a GPU busy. */
const enoughThreads = 65_536;
const enoughWorkgroups = 256;
/** Terms that a thread adds up at least. */
const termsPerThread = 8;
/** More terms a thread than this take longer than another dispatch. */
const manyTerms = 48;

export function chooseLanes(work: RowWork, target: KernelTarget): LaneShape {
  if (target.software) return softwareLanes(work);
  return work.acrossRows && work.rows >= 8 ? lanesAcrossRows(work, target) : lanesAlongRows(work, target);
}

/** No barriers: one thread a row, or a piece of it where there are too few. Four threads run at once. */
function softwareLanes({ rows, length, acrossRows, isDivisible }: RowWork): LaneShape {
  const parts = isDivisible && rows < 8 ? Math.min(Math.ceil(32 / rows), Math.floor(length / 256)) : 1;
  if (parts > 1) return { rows: 4, lanes: 1, parts, acrossRows };
  if (rows < 4 && length >= 4096) return { rows: 1, lanes: 32, parts: 1, acrossRows: false };
  return { rows: Math.min(64, Math.max(4, powerAtLeast(rows / 16))), lanes: 1, parts: 1, acrossRows };
}

function lanesAcrossRows({ rows, length, isDivisible }: RowWork, target: KernelTarget): LaneShape {
  const wide = Math.min(32, powerAtLeast(rows));
  let lanes = 1;
  while (lanes * wide < largest(target) && rows * lanes < enoughThreads && length / lanes > termsPerThread) lanes *= 2;
  const parts = isDivisible ? partsOf(Math.ceil(rows / wide), length / lanes) : 1;
  return { rows: wide, lanes, parts, acrossRows: true };
}

function lanesAlongRows({ rows, length, isDivisible }: RowWork, target: KernelTarget): LaneShape {
  let lanes = Math.min(largest(target), powerAtLeast(Math.ceil(length / 4)));
  while (lanes > 32 && rows * lanes > 4 * enoughThreads) lanes /= 2;
  const together = Math.max(1, Math.min(Math.floor(64 / lanes), powerAtLeast(rows)));
  const parts = isDivisible ? partsOf(Math.ceil(rows / together), length / lanes) : 1;
  return { rows: together, lanes, parts, acrossRows: false };
}

/** Pieces of a reduction, where there are too few workgroups otherwise and enough to do for each. */
function partsOf(workgroups: number, terms: number): number {
  if (workgroups * 2 > enoughWorkgroups || terms < manyTerms) return 1;
  return Math.max(1, Math.min(Math.ceil(enoughWorkgroups / workgroups), Math.floor(terms / termsPerThread)));
}

function largest({ limits }: KernelTarget): number {
  return Math.min(256, limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
}

export function powerAtLeast(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, count)));
}
