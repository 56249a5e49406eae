// Shape and order: what moves elements without computing with them.
import { concat } from './concat.js';
import { expand } from './expand.js';
import { flatten } from './flatten.js';
import { pad } from './pad.js';
import { reshape } from './reshape.js';
import { slice } from './slice.js';
import { split } from './split.js';
import { squeeze } from './squeeze.js';
import { transpose } from './transpose.js';
import { unsqueeze } from './unsqueeze.js';

export const shaping = [concat, expand, flatten, pad, reshape, slice, split, squeeze, transpose, unsqueeze];
