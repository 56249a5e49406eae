// Einsum: products and sums over named axes.
import { defineLayer } from '../defineLayer.js';
import { text } from '../options.js';

export const einsum = defineLayer({
  type: 'Einsum',
  title: 'Einsum',
  category: 'merge',
  description: 'Products summed over named axes, the batch named like any other: bij,bjk->bik.',
  inputs: ['inputs...'],
  options: { equation: text({ label: 'Equation', longest: 200 }) },
  faults({ inputs }, { equation }, report) {
    const [left, right, more] = equation.replaceAll(' ', '').split('->');
    const terms = left!.split(',');
    if (!/^[A-Za-z,]+->[A-Za-z]+$/.test(equation.replaceAll(' ', '')) || more !== undefined)
      report('equation', `equation must read like 'bij,bjk->bik', got '${equation}'`);
    else if (terms.length !== inputs.length)
      report('equation', `equation must have a term an input, got ${terms.length} terms and ${inputs.length} inputs`);
    else if (terms.some((term, index) => term.length !== inputs[index]!.shape.length))
      report('equation', 'every term must have a letter an axis of its input, the batch included');
    else if (terms.some((term) => !term.startsWith(right!.charAt(0))))
      report('equation', 'the first letter of every term and of the result must be the same: the batch');
  },
  lower: ({ emit }, { inputs }, { equation }) =>
    emit.node('Einsum', inputs, { equation: equation.replaceAll(' ', '') }),
});
