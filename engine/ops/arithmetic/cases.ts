// Cases of the family, for the driver.
import { absCases } from './abs.cases.js';
import { acosCases } from './acos.cases.js';
import { acoshCases } from './acosh.cases.js';
import { addCases } from './add.cases.js';
import { asinCases } from './asin.cases.js';
import { asinhCases } from './asinh.cases.js';
import { atanCases } from './atan.cases.js';
import { atanhCases } from './atanh.cases.js';
import { ceilCases } from './ceil.cases.js';
import { clipCases } from './clip.cases.js';
import { cosCases } from './cos.cases.js';
import { coshCases } from './cosh.cases.js';
import { divCases } from './div.cases.js';
import { erfCases } from './erf.cases.js';
import { expCases } from './exp.cases.js';
import { floorCases } from './floor.cases.js';
import { logCases } from './log.cases.js';
import { maxCases } from './max.cases.js';
import { meanCases } from './mean.cases.js';
import { minCases } from './min.cases.js';
import { modCases } from './mod.cases.js';
import { mulCases } from './mul.cases.js';
import { negCases } from './neg.cases.js';
import { powCases } from './pow.cases.js';
import { reciprocalCases } from './reciprocal.cases.js';
import { roundCases } from './round.cases.js';
import { signCases } from './sign.cases.js';
import { sinCases } from './sin.cases.js';
import { sinhCases } from './sinh.cases.js';
import { sqrtCases } from './sqrt.cases.js';
import { subCases } from './sub.cases.js';
import { sumCases } from './sum.cases.js';
import { tanCases } from './tan.cases.js';

export const arithmeticCases = [
  absCases,
  acosCases,
  acoshCases,
  addCases,
  asinCases,
  asinhCases,
  atanCases,
  atanhCases,
  ceilCases,
  clipCases,
  cosCases,
  coshCases,
  divCases,
  erfCases,
  expCases,
  floorCases,
  logCases,
  maxCases,
  meanCases,
  minCases,
  modCases,
  mulCases,
  negCases,
  powCases,
  reciprocalCases,
  roundCases,
  signCases,
  sinCases,
  sinhCases,
  sqrtCases,
  subCases,
  sumCases,
  tanCases,
];
