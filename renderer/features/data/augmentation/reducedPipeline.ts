// A pipeline for images that are shown smaller than they are: what is given in pixels shrinks with them.
import { findAugmentation } from '../../../../engine/data/augment/index.js';
import { withDefaults } from '../../../../engine/data/augment/defineAugmentation.js';
import type { Augmentation, AugmentationTransform } from '../../../../engine/data/augment/pipeline.js';

/** `factor` ≤ 1: size shown / size trained. Draws are shares of a range, so that everything else stays what it is. */
export function reducedPipeline(pipeline: Augmentation, factor: number): Augmentation {
  if (factor === 1) return pipeline;
  return { ...pipeline, transforms: pipeline.transforms.map((transform) => reduced(transform, factor)) };
}

function reduced(transform: AugmentationTransform, factor: number): AugmentationTransform {
  const definition = findAugmentation(transform.type);
  if (!definition) return transform;
  const values = withDefaults(definition.options, transform.options);
  const pixels = Object.entries(definition.options)
    .filter(([, { unit }]) => unit === 'px')
    .map(([name, { form }]) => {
      const value = (values[name] as number) * factor;
      return [name, form.kind === 'whole' ? Math.round(value) : value] as const;
    });
  return { ...transform, options: { ...transform.options, ...Object.fromEntries(pixels) } };
}
