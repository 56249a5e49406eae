// Operators of the family.
import type { OpDefinition } from '../defineOp.js';

export const linear: readonly OpDefinition[] = [];
