// The table of kernel rules by operator type.
import type { Node } from '../../ir/graph.js';
import { isStatic } from '../../ir/shape.js';
import { scalarTypeOf } from '../scalarTypes.js';
import { activationRules } from './activation.js';
import { arithmeticRules } from './arithmetic.js';
import { comparisonRules } from './comparison.js';
import { convolutionRules } from './convolution.js';
import { generalRules } from './general.js';
import { indexingRules } from './indexing.js';
import type { KernelRule, KernelRules } from './kernelRule.js';
import { linearRules } from './linear.js';
import { normalizationRules } from './normalization.js';
import { orderingRules } from './ordering.js';
import { poolingRules } from './pooling.js';
import { reductionRules } from './reduction.js';
import { shapingRules } from './shaping.js';

export const kernelRules: KernelRules = {
  ...activationRules,
  ...arithmeticRules,
  ...comparisonRules,
  ...convolutionRules,
  ...generalRules,
  ...indexingRules,
  ...linearRules,
  ...normalizationRules,
  ...orderingRules,
  ...poolingRules,
  ...reductionRules,
  ...shapingRules,
};

/** The rule that computes this very node: of the standard domain, with static shapes and types that WGSL has. */
export function ruleOf(node: Node): KernelRule | undefined {
  if (node.domain !== '') return undefined;
  const rule = kernelRules[node.type];
  if (!rule) return undefined;
  const values = [...node.inputs, ...node.outputs];
  const known = values.every((value) => !value || (value.dtype && isStatic(value.shape) && scalarTypeOf(value.dtype)));
  return known && (rule.supports?.(node) ?? true) ? rule : undefined;
}
