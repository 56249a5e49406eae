// Pipelines to start from.
import type { AugmentationSource } from './pipeline.js';

export interface AugmentationPreset {
  readonly id: string;
  readonly title: string;
  /** For which images. */
  readonly description: string;
  readonly transforms: AugmentationSource['transforms'];
}

export const augmentationPresets: readonly AugmentationPreset[] = [
  {
    id: 'light',
    title: 'Flip and crop',
    description: 'The usual start for small photographs, as CIFAR.',
    transforms: [{ type: 'flip' }, { type: 'crop', options: { padding: 4, edges: 'reflect' } }],
  },
  {
    id: 'writing',
    title: 'Handwriting',
    description: 'Digits, letters and drawings: nothing is mirrored.',
    transforms: [
      { type: 'shift', options: { horizontal: 0.08, vertical: 0.08 } },
      { type: 'rotate', options: { degrees: 10 } },
      { type: 'shear', options: { horizontal: 8 } },
      { type: 'scale', options: { least: 0.9, most: 1.1 } },
    ],
  },
  {
    id: 'photographs',
    title: 'Photographs',
    description: 'Parts of the image, mirrored, in another light.',
    transforms: [
      { type: 'resizedCrop', options: { least: 0.4, most: 1 } },
      { type: 'flip' },
      { type: 'colour', options: { brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 15 } },
    ],
  },
  {
    id: 'orientation',
    title: 'Any orientation',
    description: 'From above, or through a microscope: there is no up and down.',
    transforms: [
      { type: 'flip', options: { direction: 'either' } },
      { type: 'rotate', options: { degrees: 180, edges: 'reflect' } },
      { type: 'colour', options: { brightness: 0.2, contrast: 0.2, saturation: 0.1, hue: 5 } },
    ],
  },
  {
    id: 'sensor',
    title: 'Poor cameras',
    description: 'Blur, grain, dead pixels and bad light.',
    transforms: [
      { type: 'colour', options: { brightness: 0.4, contrast: 0.3 } },
      { type: 'blur', options: { least: 0.1, most: 1.2 } },
      { type: 'noise', options: { least: 0, most: 0.1 } },
      { type: 'saltAndPepper', probability: 0.3, options: { share: 0.01 } },
    ],
  },
  {
    id: 'strong',
    title: 'Strong regularisation',
    description: 'For large models and long trainings: images and targets are mixed.',
    transforms: [
      { type: 'flip' },
      { type: 'crop', options: { padding: 4, edges: 'reflect' } },
      { type: 'rotate', options: { degrees: 10, edges: 'reflect' } },
      { type: 'colour' },
      { type: 'erase', probability: 0.25 },
      { type: 'mixup', probability: 0.3, options: { alpha: 0.2 } },
      { type: 'cutmix', probability: 0.3 },
    ],
  },
];
