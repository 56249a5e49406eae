// The features of the workbench, in the order of their menus.
import type { Feature } from '../shell/feature.js';

export const features: readonly Feature[] = [];
