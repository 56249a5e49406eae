// Cases of the family, for the driver.
import { concatCases } from './concat.cases.js';
import { expandCases } from './expand.cases.js';
import { flattenCases } from './flatten.cases.js';
import { padCases } from './pad.cases.js';
import { reshapeCases } from './reshape.cases.js';
import { sliceCases } from './slice.cases.js';
import { splitCases } from './split.cases.js';
import { squeezeCases } from './squeeze.cases.js';
import { transposeCases } from './transpose.cases.js';
import { unsqueezeCases } from './unsqueeze.cases.js';

export const shapingCases = [
  concatCases,
  expandCases,
  flattenCases,
  padCases,
  reshapeCases,
  sliceCases,
  splitCases,
  squeezeCases,
  transposeCases,
  unsqueezeCases,
];
