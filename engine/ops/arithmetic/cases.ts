// Cases of the family, for the driver.
import { mulCases } from './mul.cases.js';

export const arithmeticCases = [mulCases];
