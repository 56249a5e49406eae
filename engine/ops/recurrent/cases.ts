// Cases of the family, for the driver.
import { gruCases, lstmCases, rnnCases } from './recurrent.cases.js';

export const recurrentCases = [rnnCases, gruCases, lstmCases];
