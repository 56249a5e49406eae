// Operators of the family.
import type { OpDefinition } from '../defineOp.js';

export const recurrent: readonly OpDefinition[] = [];
