// Cases of the family, for the driver.
import { castCases } from './cast.cases.js';
import { constantCases } from './constant.cases.js';
import { constantOfShapeCases } from './constantOfShape.cases.js';
import { dropoutCases } from './dropout.cases.js';
import { identityCases } from './identity.cases.js';
import { rangeCases } from './range.cases.js';
import { shapeCases } from './shape.cases.js';
import { sizeCases } from './size.cases.js';

export const generalCases = [
  castCases,
  constantCases,
  constantOfShapeCases,
  dropoutCases,
  identityCases,
  rangeCases,
  shapeCases,
  sizeCases,
];
