// Normalise: standardises by statistics of the data, which are kept with the model.
import { tensorOf } from '../../ir/tensor.js';
import type { Emit } from '../../ops/emit.js';
import { shapeOf } from '../../ops/valueTypes.js';
import type { Value } from '../../ir/graph.js';
import { defineLayer } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { decimals, optional, whole } from '../options.js';

export const normalise = defineLayer({
  type: 'Normalise',
  title: 'Normalise',
  category: 'normalization',
  description: 'Subtracts the mean of the data and divides by its standard deviation, along one axis.',
  inputs: ['x'],
  accepts: { x: { rank: [2, 8] } },
  options: {
    axis: whole({ label: 'Axis', fallback: 1, min: 1, max: 7, description: 'One mean and deviation each along it.' }),
    mean: optional(decimals({ label: 'Mean', description: 'One number, or one each along the axis.' })),
    deviation: optional(decimals({ label: 'Standard deviation' })),
  },
  faults({ x }, { axis, mean, deviation }, report) {
    if (axis >= x.shape.length) report('axis', `axis must be at most ${x.shape.length - 1}, got ${axis}`);
    if (axis >= x.shape.length || !requireKnown(x, axis, 'x', report)) return;
    const size = known(x.shape[axis]);
    for (const [name, list] of Object.entries({ mean, deviation }))
      if (list && list.length !== 1 && list.length !== size)
        report(name, `${name} must have 1 or ${size} numbers, got ${list.length}`);
    if (deviation?.some((value) => !(value > 0))) report('deviation', 'every deviation must be positive');
  },
  // y = (x − mean) / deviation; both are buffers, so preprocessing may set them and checkpoints keep them
  lower(scope, { x }, { axis, mean, deviation }) {
    const { emit } = scope;
    const size = known(shapeOf(x)[axis]);
    const buffer = (name: string, values: readonly number[] | undefined, fallback: number): Value =>
      scope.buffer(name, { shape: [size], initial: values ? filled(values, size) : fallback });
    const centred = emit.sub(x, along(emit, buffer('mean', mean, 0), x, axis));
    return emit.div(centred, along(emit, buffer('deviation', deviation, 1), x, axis));
  },
});

function filled(values: readonly number[], size: number) {
  return tensorOf('float32', [size], values.length === 1 ? new Array<number>(size).fill(values[0]!) : values);
}

function along(emit: Emit, vector: Value, x: Value, axis: number): Value {
  const rank = shapeOf(x).length;
  return emit.reshape(vector, [known(shapeOf(vector)[0]), ...new Array<number>(rank - 1 - axis).fill(1)]);
}
