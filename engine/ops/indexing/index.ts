// Operators of the family.
import type { OpDefinition } from '../defineOp.js';

export const indexing: readonly OpDefinition[] = [];
