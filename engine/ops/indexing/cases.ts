// Cases of the family, for the driver.
import { gatherCases } from './gather.cases.js';

export const indexingCases = [gatherCases];
