// Operators of the family.
import type { OpDefinition } from '../defineOp.js';

export const activation: readonly OpDefinition[] = [];
