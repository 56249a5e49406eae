// Which tiles a contraction may be computed with on an adapter, the likeliest to be fast first.
import type { KernelLimits, KernelTarget } from '../compileOptions.js';
import type { KernelGroup } from '../kernelGroup.js';
import { threadsOf, type Tile } from '../tiles.js';
import type { ContractionProblem } from './contractionProblem.js';

/** Says all that the speed of a contraction's tiles depends on. */
export function contractionKey({ roots }: KernelGroup, problem: ContractionProblem): string {
  const { batches, rows, columns, variables, conditions, sums, rowsAlongSum, columnsAlongSum } = problem;
  const terms = variables.map((variable) => `${variable.max + 1}${conditions.has(variable) ? '?' : ''}`).join('x');
  const layout = `${rowsAlongSum ? 't' : 'n'}${columnsAlongSum ? 't' : 'n'}`;
  return `contraction ${batches} ${rows}x${columns}x${terms} ${layout} ${sums.length}${sums[0]!.sum.type} ${roots.length}`;
}

/** The tiles worth measuring; without measurements the first is taken. */
export function tilesFor(problem: ContractionProblem, target: KernelTarget): Tile[] {
  const all = target.software ? softwareTiles(problem) : graphicsTiles(problem, target.limits);
  const cost = target.software ? softwareCost : graphicsCost;
  const fitting = all.filter(({ rows, columns }) => rows * columns * problem.sums.length <= mostSums);
  const ranked = (fitting.length > 0 ? fitting : all)
    .map((tile) => ({ tile, cost: cost(tile, problem) }))
    .sort((a, b) => a.cost - b.cost);
  return ranked.slice(0, target.software ? 3 : 10).map(({ tile }) => tile);
}

/** Sums that a thread may hold in registers. */
const mostSums = 64;

function direct(rows: number, columns: number, lanes: Tile['lanes'], slices = 1): Tile {
  return { kind: 'direct', rows, columns, lanes, depth: 1, slices };
}

function shared(rows: number, columns: number, lanes: readonly [number, number], depth: number, slices = 1): Tile {
  return { kind: 'shared', rows, columns, lanes: [...lanes, 1], depth, slices };
}

/** Workgroups into which a tile cuts the work. */
function workgroupsOf({ rows, columns, lanes, slices }: Tile, problem: ContractionProblem): number {
  const down = Math.ceil(problem.rows / (rows * lanes[0]));
  const across = Math.ceil(problem.columns / (columns * lanes[1]));
  return problem.batches * down * across * slices;
}

const sides = [1, 2, 4, 8];

function softwareTiles({ terms }: ContractionProblem): Tile[] {
  return sides.flatMap((rows) =>
    sides.flatMap((columns) => [
      direct(rows, columns, [1, 4, 1]),
      direct(rows, columns, [2, 4, 1]),
      direct(rows, columns, [1, 16, 1]),
      ...(terms >= 1024 ? [direct(rows, columns, [1, 4, 1], 8)] : []),
    ]),
  );
}

/**
 * Nanoseconds on one of SwiftShader's threads, which computes four invocations at once. Measured: a turn of a loop takes 13, a
 * load 12 (a little more from scattered places), a product and its addition 0.9.
 */
function softwareCost(tile: Tile, problem: ContractionProblem): number {
  const { rows, columns, slices } = tile;
  const load = 12;
  const { length: sums } = problem.sums;
  const turn = 13 + load * (rows + sums * columns * (problem.columnsAlongSum ? 1.3 : 1)) + 0.9 * sums * rows * columns;
  const workgroups = workgroupsOf(tile, problem);
  const each = Math.ceil(threadsOf(tile) / 4) * Math.ceil(problem.terms / slices) * turn;
  // Work for at least eight processors; a part of the time that compiling takes, since there may be few steps.
  const parts = Math.max(workgroups, 8);
  const results = problem.batches * problem.rows * problem.columns;
  return each * parts + 400 * sums * rows * columns + (slices > 1 ? 20_000 + results * slices * load : 0);
}

/** Workgroups that fill a large GPU. */
const enoughWorkgroups = 160;
/** Terms that a slice has at least. */
const termsPerSlice = 64;

function graphicsTiles(problem: ContractionProblem, limits: KernelLimits): Tile[] {
  const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  const whole = [
    shared(8, 8, [16, 16], 8),
    shared(8, 4, [16, 16], 16),
    shared(4, 4, [16, 16], 16),
    shared(4, 4, [8, 16], 16),
    shared(4, 4, [8, 8], 16),
    shared(2, 2, [16, 16], 16),
    shared(2, 2, [8, 16], 16),
    shared(1, 1, [16, 16], 16),
    direct(8, 4, [4, 32, 1]),
    direct(4, 4, [8, 16, 1]),
    direct(4, 2, [4, 32, 1]),
    direct(2, 2, [4, 32, 1]),
    direct(1, 1, [4, 32, 1]),
    direct(4, 4, [2, 2, 16]),
    direct(2, 2, [4, 4, 16]),
    direct(2, 2, [2, 8, 8]),
    direct(1, 2, [4, 8, 8]),
  ];
  return whole
    .flatMap((tile) => slicesFor(tile, problem).map((slices) => ({ ...tile, slices })))
    .filter(
      (tile) => threadsOf(tile) <= most && memoryOf(tile, problem.sums.length) <= limits.maxComputeWorkgroupStorageSize,
    );
}

/** In how many parts a sum may be computed: so many that all of the GPU has work. */
function slicesFor(tile: Tile, problem: ContractionProblem): number[] {
  const missing = Math.ceil(enoughWorkgroups / workgroupsOf(tile, problem));
  const slices = Math.min(missing, Math.floor(problem.terms / (termsPerSlice * tile.lanes[2])), 128);
  return slices > 1 ? [1, slices] : [1];
}

/** Bytes of workgroup memory. */
function memoryOf({ kind, rows, columns, lanes, depth }: Tile, sums: number): number {
  if (kind === 'shared') return 4 * depth * sums * (rows * lanes[0] + columns * lanes[1] + 2);
  return lanes[2] === 1 ? 0 : 4 * lanes[2] * sums * rows * lanes[0] * columns * lanes[1];
}

/**
 * A rough order of merit on GPUs, in cycles: the time of a workgroup, bound by its loads or its arithmetic, by as many turns as
 * the GPU needs for all of them.
 */
function graphicsCost(tile: Tile, problem: ContractionProblem): number {
  const { kind, rows, columns, lanes, slices } = tile;
  const { length: sums } = problem.sums;
  const threads = threadsOf(tile);
  const scattered = problem.columnsAlongSum && kind === 'direct' && lanes[2] === 1 ? 8 : 1;
  const loads = kind === 'shared' ? 0.5 * (rows + columns) : 2 * rows + 2 * columns * scattered;
  const brought = kind === 'shared' ? (4 * (rows * lanes[0] + columns * lanes[1])) / threads : 0;
  const terms = Math.ceil(problem.terms / (slices * lanes[2]));
  const workgroups = workgroupsOf(tile, problem);
  // Four warps at once, and never less than the latency of what a turn waits for.
  const turn = Math.max((threads / 128) * sums * (rows * columns + loads + brought), kind === 'shared' ? 12 : 24);
  const pooling = lanes[2] > 1 ? 200 + (rows * columns * sums * lanes[2] * lanes[0] * lanes[1]) / 16 : 0;
  const rounds = Math.max(1, workgroups / enoughWorkgroups);
  const results = problem.batches * problem.rows * problem.columns;
  return (terms * turn + pooling) * rounds + (slices > 1 ? 4000 + (results * sums * slices) / 2000 : 0);
}
