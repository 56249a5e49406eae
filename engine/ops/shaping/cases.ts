// Cases of the family, for the driver.
import { concatCases } from './concat.cases.js';
import { depthToSpaceCases } from './depthToSpace.cases.js';
import { expandCases } from './expand.cases.js';
import { flattenCases } from './flatten.cases.js';
import { gridSampleCases } from './gridSample.cases.js';
import { padCases } from './pad.cases.js';
import { reshapeCases } from './reshape.cases.js';
import { resizeCases } from './resize.cases.js';
import { sliceCases } from './slice.cases.js';
import { spaceToDepthCases } from './spaceToDepth.cases.js';
import { splitCases } from './split.cases.js';
import { squeezeCases } from './squeeze.cases.js';
import { tileCases } from './tile.cases.js';
import { transposeCases } from './transpose.cases.js';
import { triluCases } from './trilu.cases.js';
import { unsqueezeCases } from './unsqueeze.cases.js';

export const shapingCases = [
  concatCases,
  depthToSpaceCases,
  expandCases,
  flattenCases,
  gridSampleCases,
  padCases,
  reshapeCases,
  resizeCases,
  sliceCases,
  spaceToDepthCases,
  splitCases,
  squeezeCases,
  tileCases,
  transposeCases,
  triluCases,
  unsqueezeCases,
];
