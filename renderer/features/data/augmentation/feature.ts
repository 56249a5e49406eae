// Augmentation as the workbench knows it: a panel a data set.
import { WandSparkles } from '@lucide/vue';
import type { Feature, PanelParameters } from '../../../shell/feature.js';
import { augmentationTexts } from '../../../texts/augmentation.js';

const idOf = ({ id }: PanelParameters): string => String(id);

export const augmentationFeature: Feature = {
  name: 'augmentation',
  panels: [
    {
      id: 'data.augmentation',
      icon: WandSparkles,
      place: 'centre',
      title: ({ id, title }) => augmentationTexts.titleOf(String(title ?? id)),
      component: () => import('./AugmentationPanel.vue'),
      key: idOf,
    },
  ],
};
