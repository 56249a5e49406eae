// Arithmetic with broadcasting.
import { add } from './add.js';
import { mul } from './mul.js';

export const arithmetic = [add, mul];
