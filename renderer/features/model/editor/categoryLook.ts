// How the categories of layers look: a colour of the theme and an icon each.
import {
  Activity,
  AlignLeft,
  Blocks,
  Box,
  Droplets,
  GitMerge,
  Grid3x3,
  Minimize2,
  Network,
  Repeat,
  SlidersHorizontal,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { Category } from '../../../../engine/layers/defineLayer.js';

export interface CategoryLook {
  /** A CSS colour. */
  readonly colour: string;
  readonly icon: Component;
}

const looks: Readonly<Record<Category, CategoryLook>> = {
  linear: { colour: 'var(--series-1)', icon: Network },
  convolution: { colour: 'var(--series-8)', icon: Grid3x3 },
  pooling: { colour: 'var(--series-5)', icon: Minimize2 },
  normalization: { colour: 'var(--series-9)', icon: SlidersHorizontal },
  activation: { colour: 'var(--series-2)', icon: Activity },
  regularization: { colour: 'var(--series-10)', icon: Droplets },
  sequence: { colour: 'var(--series-3)', icon: AlignLeft },
  recurrent: { colour: 'var(--series-4)', icon: Repeat },
  shape: { colour: 'var(--series-10)', icon: Box },
  merge: { colour: 'var(--series-6)', icon: GitMerge },
  composite: { colour: 'var(--series-7)', icon: Blocks },
};

const unknownLook: CategoryLook = { colour: 'var(--error)', icon: Box };

export function lookOf(category: Category | undefined): CategoryLook {
  return category === undefined ? unknownLook : looks[category];
}
