// How a contraction is cut into pieces for threads, as plain data with a text form that tables of measurements keep.

/** One way to compute Σ_k A(m, k) · B(k, n). */
export interface Tile {
  /** direct: each thread reads its operands from memory; shared: a workgroup brings blocks of both into its own memory. */
  readonly kind: 'direct' | 'shared';
  /** Rows and columns of the result that one thread computes. */
  readonly rows: number;
  readonly columns: number;
  /** Threads of a workgroup along rows, columns and (direct only) the summed index, whose sums they then add up together. */
  readonly lanes: readonly [rows: number, columns: number, sums: number];
  /** Length of the summed index that is held at once (shared only). */
  readonly depth: number;
  /** Parts of the sum that workgroups of their own compute; a second kernel adds them up. */
  readonly slices: number;
}

/** By the key of a contraction, the text of the tile to use. */
export type TileTable = Readonly<Record<string, string>>;

export function printTile({ kind, rows, columns, lanes, depth, slices }: Tile): string {
  return `${kind} ${rows}x${columns} ${lanes.join('x')} ${depth} ${slices}`;
}

/** `undefined` for text that is no tile. */
export function parseTile(text: string): Tile | undefined {
  const found = /^(direct|shared) (\d+)x(\d+) (\d+)x(\d+)x(\d+) (\d+) (\d+)$/.exec(text);
  if (!found) return undefined;
  const numbers = found.slice(2).map(Number);
  if (numbers.some((number) => number < 1)) return undefined;
  const [rows, columns, first, second, third, depth, slices] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { kind: found[1] as Tile['kind'], rows, columns, lanes: [first, second, third], depth, slices };
}

/** Threads of a workgroup. */
export function threadsOf({ lanes }: Tile): number {
  return lanes[0] * lanes[1] * lanes[2];
}
