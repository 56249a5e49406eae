// Kernel rules of matrix products: reductions over a product, which schedules recognise and tile.
import type { KernelRules } from './kernelRule.js';

export const linearRules: KernelRules = {
  MatMul: {
    element: (context, index) => {
      const { e } = context;
      const a = context.inputShape(0);
      const b = context.inputShape(1);
      const row = b.length === 1 ? index.length - 1 : index.length - 2;
      const batch = index.slice(0, index.length - (a.length > 1 ? 1 : 0) - (b.length > 1 ? 1 : 0));
      const lead = (shape: readonly number[]) =>
        shape.slice(0, -2).map((size, axis) => (size === 1 ? e.int(0) : batch[batch.length - (shape.length - 2) + axis]!));
      return e.reduce('sum', [a.at(-1)!], ([k]) =>
        e.call('*', [
          context.input(0, a.length === 1 ? [k!] : [...lead(a), index[row]!, k!]),
          context.input(1, b.length === 1 ? [k!] : [...lead(b), k!, index.at(-1)!]),
        ]),
      );
    },
  },
};
