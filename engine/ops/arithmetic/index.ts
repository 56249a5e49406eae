// Arithmetic with broadcasting.
import { abs } from './abs.js';
import { acos } from './acos.js';
import { acosh } from './acosh.js';
import { add } from './add.js';
import { asin } from './asin.js';
import { asinh } from './asinh.js';
import { atan } from './atan.js';
import { atanh } from './atanh.js';
import { ceil } from './ceil.js';
import { clip } from './clip.js';
import { cos } from './cos.js';
import { cosh } from './cosh.js';
import { div } from './div.js';
import { erf } from './erf.js';
import { exp } from './exp.js';
import { floor } from './floor.js';
import { log } from './log.js';
import { max } from './max.js';
import { mean } from './mean.js';
import { min } from './min.js';
import { mod } from './mod.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { pow } from './pow.js';
import { reciprocal } from './reciprocal.js';
import { round } from './round.js';
import { sign } from './sign.js';
import { sin } from './sin.js';
import { sinh } from './sinh.js';
import { sqrt } from './sqrt.js';
import { sub } from './sub.js';
import { sum } from './sum.js';
import { tan } from './tan.js';

export const arithmetic = [
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  clip,
  cos,
  cosh,
  div,
  erf,
  exp,
  floor,
  log,
  max,
  mean,
  min,
  mod,
  mul,
  neg,
  pow,
  reciprocal,
  round,
  sign,
  sin,
  sinh,
  sqrt,
  sub,
  sum,
  tan,
];
