// Positions added to a sequence of vectors: learned, or sines and cosines.
import type { Value } from '../../ir/graph.js';
import { tensorOf, type Tensor } from '../../ir/tensor.js';
import type { Emit } from '../../ops/emit.js';
import { shapeOf } from '../../ops/valueTypes.js';
import type { ValueType } from '../../ir/graph.js';
import { defineLayer, type Report } from '../defineLayer.js';
import { known, requireKnown, requireModest } from '../faults.js';
import { normalInitializer } from '../initialization.js';
import { decimal, whole } from '../options.js';

const longestOption = whole({ label: 'Longest sequence', max: 2 ** 20, fallback: 512, unit: 'steps' });

function checkLength({ shape }: ValueType, longest: number, report: Report): void {
  const length = shape[1];
  if (typeof length === 'number' && length > longest)
    report('longest', `sequences have ${length} steps, which must be at most ${longest}`);
}

/** x [batch, length, dimension] plus the first `length` rows of the table [longest, dimension]. */
function addPositions(emit: Emit, x: Value, table: Value, longest: number): Value {
  const [, length, dimension] = shapeOf(x);
  if (length === longest) return emit.add(x, table);
  if (typeof length === 'number') return emit.add(x, emit.slice(table, [0], [length], [0]));
  const end = emit.node('Shape', [x], { start: 1, end: 2 });
  const rows = emit.node('Slice', [table, emit.ints([0]), end, emit.ints([0])]);
  rows.dtype = 'float32';
  rows.shape = [length ?? null, dimension!];
  return emit.add(x, rows);
}

export const positionalEmbedding = defineLayer({
  type: 'PositionalEmbedding',
  title: 'Positional embedding',
  category: 'sequence',
  description: 'Adds a learned vector for each position of a sequence.',
  inputs: ['x'],
  accepts: { x: { rank: 3 } },
  options: {
    longest: longestOption,
    deviation: decimal({ label: 'Initial deviation', fallback: 0.02, min: 0, max: 100 }),
  },
  faults({ x }, { longest }, report) {
    requireKnown(x, 2, 'x', report);
    checkLength(x, longest, report);
  },
  lower(scope, { x }, { longest, deviation }) {
    const shape = [longest, known(shapeOf(x)[2])];
    const weight = scope.parameter('weight', { shape, initializer: normalInitializer(deviation), decay: false });
    return addPositions(scope.emit, x, weight, longest);
  },
});

export const sinusoidalPositions = defineLayer({
  type: 'SinusoidalPositions',
  title: 'Sinusoidal positions',
  category: 'sequence',
  description: 'Adds fixed sines and cosines of each position (Vaswani et al., 2017).',
  inputs: ['x'],
  accepts: { x: { rank: 3 } },
  options: { longest: longestOption },
  faults({ x }, { longest }, report) {
    checkLength(x, longest, report);
    if (!requireKnown(x, 2, 'x', report)) return;
    requireModest(rowsFor(x, longest) * known(x.shape[2]), 'the table of positions', 'longest', report);
  },
  lower({ emit }, { x }, { longest }) {
    const rows = rowsFor({ shape: shapeOf(x) }, longest);
    const table = emit.constant(sinusoids(rows, known(shapeOf(x)[2])), 'positions');
    return addPositions(emit, x, table, rows);
  },
});

/** Only as many rows as can be needed. */
function rowsFor({ shape }: Pick<ValueType, 'shape'>, longest: number): number {
  return typeof shape[1] === 'number' ? shape[1] : longest;
}

/** Column 2i of row p is sin(p / 10000^(2i / dimension)), column 2i + 1 the cosine. */
function sinusoids(rows: number, dimension: number): Tensor {
  const values = new Float32Array(rows * dimension);
  for (let column = 0; column < dimension; column++) {
    const frequency = 10000 ** -((column - (column % 2)) / dimension);
    const wave = column % 2 ? Math.cos : Math.sin;
    for (let row = 0; row < rows; row++) values[row * dimension + column] = wave(row * frequency);
  }
  return tensorOf('float32', [rows, dimension], values);
}
