// Kernel rules of operators that rearrange elements.
import type { KernelRule, KernelRules } from './kernelRule.js';

/** The same elements in the same row-major order. */
const relabelled: KernelRule = {
  view: true,
  element: (context, index) => {
    const { e } = context;
    return context.input(0, e.unflatten(e.flatten(index, context.outputShape()), context.inputShape(0)));
  },
};

export const shapingRules: KernelRules = {
  Reshape: relabelled,
  Flatten: relabelled,
  Squeeze: relabelled,
  Unsqueeze: relabelled,
  Identity: relabelled,
  Transpose: {
    view: true,
    element: (context, index) => {
      const rank = index.length;
      const order = context.numbers('perm') ?? index.map((_, axis) => rank - 1 - axis);
      return context.input(
        0,
        index.map((_, axis) => index[order.indexOf(axis)]!),
      );
    },
  },
  Expand: { view: true, element: (context, index) => context.broadcast(0, index) },
};
