// Reductions over axes, and what walks along one axis.
import { reduceMax } from './reduceMax.js';
import { reduceMean } from './reduceMean.js';
import { reduceMin } from './reduceMin.js';
import { reduceSum } from './reduceSum.js';

export const reduction = [reduceMax, reduceMean, reduceMin, reduceSum];
