// Every transform, by type, in the order in which menus show them. A new one adds its line here.
import { EngineError } from '../../ir/diagnostic.js';
import type { AugmentationDefinition } from './defineAugmentation.js';
import { blur } from './transforms/blur.js';
import { colour } from './transforms/colour.js';
import { crop } from './transforms/crop.js';
import { cutmix } from './transforms/cutmix.js';
import { erase } from './transforms/erase.js';
import { flip } from './transforms/flip.js';
import { mixup } from './transforms/mixup.js';
import { noise } from './transforms/noise.js';
import { pad } from './transforms/pad.js';
import { perspective } from './transforms/perspective.js';
import { resizedCrop } from './transforms/resizedCrop.js';
import { rotate } from './transforms/rotate.js';
import { saltAndPepper } from './transforms/saltAndPepper.js';
import { scale } from './transforms/scale.js';
import { shear } from './transforms/shear.js';
import { shift } from './transforms/shift.js';

export const augmentations: readonly AugmentationDefinition[] = [
  flip,
  crop,
  resizedCrop,
  pad,
  shift,
  rotate,
  shear,
  scale,
  perspective,
  colour,
  blur,
  noise,
  saltAndPepper,
  erase,
  mixup,
  cutmix,
];

const byType = new Map(augmentations.map((definition) => [definition.type, definition]));

export function findAugmentation(type: string): AugmentationDefinition | undefined {
  return byType.get(type);
}

/** Throws `augment.unknown`, naming those that exist. */
export function augmentationOf(type: string): AugmentationDefinition {
  const found = byType.get(type);
  if (found) return found;
  throw new EngineError(
    'augment.unknown',
    `Augmentation '${type}': no such transform; there are ${[...byType.keys()].join(', ')}`,
  );
}
