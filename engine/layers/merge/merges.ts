// Layers that join several inputs of one shape (or of shapes that broadcast).
import type { Value, ValueType } from '../../ir/graph.js';
import { broadcastShapes, formatShape } from '../../ir/shape.js';
import type { Emit } from '../../ops/emit.js';
import { defineLayer, type LayerDefinition, type Report } from '../defineLayer.js';

function requireBroadcast(inputs: readonly ValueType[], report: Report): void {
  const shapes = inputs.map(({ shape }) => shape);
  if (!broadcastShapes(...shapes))
    report('inputs', `the shapes must be equal or broadcast, got ${shapes.map(formatShape).join(' and ')}`);
}

function merge(
  type: string,
  title: string,
  description: string,
  join: (emit: Emit, inputs: readonly Value[]) => Value,
): LayerDefinition {
  return defineLayer({
    type,
    title,
    category: 'merge',
    description,
    inputs: ['inputs...'],
    options: {},
    faults: ({ inputs }, _options, report) => requireBroadcast(inputs, report),
    lower: ({ emit }, { inputs }) => join(emit, inputs),
  });
}

const sum = (emit: Emit, inputs: readonly Value[]): Value => inputs.reduce((a, b) => emit.add(a, b));

export const mergeLayers: readonly LayerDefinition[] = [
  merge('Add', 'Add', 'The sum of all inputs.', sum),
  merge('Multiply', 'Multiply', 'The product of all inputs.', (emit, inputs) =>
    inputs.reduce((a, b) => emit.mul(a, b)),
  ),
  merge('Average', 'Average', 'The mean of all inputs.', (emit, inputs) =>
    emit.mul(sum(emit, inputs), 1 / inputs.length),
  ),
  merge('Maximum', 'Maximum', 'The largest of all inputs, element by element.', (emit, inputs) =>
    inputs.reduce((a, b) => emit.max(a, b)),
  ),
  defineLayer({
    type: 'Subtract',
    title: 'Subtract',
    category: 'merge',
    description: 'The first input less the second.',
    inputs: ['a', 'b'],
    options: {},
    faults: ({ a, b }, _options, report) => requireBroadcast([a, b], (_port, sentence) => report('b', sentence)),
    lower: ({ emit }, { a, b }) => emit.sub(a, b),
  }),
];
