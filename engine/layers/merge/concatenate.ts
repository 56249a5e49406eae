// Concatenate: inputs one after another along an axis.
import { dimsConflict, formatShape } from '../../ir/shape.js';
import { defineLayer } from '../defineLayer.js';
import { whole } from '../options.js';

export const concatenate = defineLayer({
  type: 'Concatenate',
  title: 'Concatenate',
  category: 'merge',
  description: 'The inputs one after another along an axis: 1 for channels or features, −1 for the last.',
  inputs: ['inputs...'],
  accepts: { inputs: { rank: [2, 8] } },
  options: { axis: whole({ label: 'Axis', min: -7, max: 7, fallback: 1 }) },
  faults({ inputs }, { axis }, report) {
    const first = inputs[0]!.shape;
    const along = axis < 0 ? axis + first.length : axis;
    if (along < 1 || along >= first.length)
      report('axis', `axis must be one of an example's, 1 to ${first.length - 1} or negative, got ${axis}`);
    for (const { shape } of inputs)
      if (shape.length !== first.length || shape.some((dim, at) => at !== along && dimsConflict(dim, first[at]!)))
        report('inputs', `all axes but ${along} must agree, got ${formatShape(first)} and ${formatShape(shape)}`);
  },
  lower: ({ emit }, { inputs }, { axis }) => emit.concat(inputs, axis),
});
