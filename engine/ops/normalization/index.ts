// Operators of the family.
import type { OpDefinition } from '../defineOp.js';

export const normalization: readonly OpDefinition[] = [];
