// The features of the workbench, in the order of their menus.
import type { Feature } from '../shell/feature.js';
import { augmentationFeature } from './data/augmentation/feature.js';
import { dataFeature } from './data/feature.js';
import { exportFeature } from './exports/feature.js';
import { modelFeature } from './model/feature.js';
import { runsFeature } from './runs/feature.js';
import { trainingFeature } from './training/feature.js';
import { welcomeFeature } from './welcome/feature.js';

export const features: readonly Feature[] = [
  dataFeature,
  augmentationFeature,
  modelFeature,
  trainingFeature,
  runsFeature,
  exportFeature,
  welcomeFeature,
];
