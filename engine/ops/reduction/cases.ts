// Cases of the family, for the driver.
import type { OpCases } from '../defineCases.js';

export const reductionCases: readonly OpCases[] = [];
