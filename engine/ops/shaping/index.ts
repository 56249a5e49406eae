// Shape and order: what moves elements without computing with them.
import { concat } from './concat.js';
import { depthToSpace } from './depthToSpace.js';
import { expand } from './expand.js';
import { flatten } from './flatten.js';
import { gridSample } from './gridSample.js';
import { pad } from './pad.js';
import { reshape } from './reshape.js';
import { resize } from './resize.js';
import { slice } from './slice.js';
import { spaceToDepth } from './spaceToDepth.js';
import { split } from './split.js';
import { squeeze } from './squeeze.js';
import { tile } from './tile.js';
import { transpose } from './transpose.js';
import { trilu } from './trilu.js';
import { unsqueeze } from './unsqueeze.js';

export const shaping = [
  concat,
  depthToSpace,
  expand,
  flatten,
  gridSample,
  pad,
  reshape,
  resize,
  slice,
  spaceToDepth,
  split,
  squeeze,
  tile,
  transpose,
  trilu,
  unsqueeze,
];
