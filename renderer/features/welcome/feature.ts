// The welcome page: where a person begins.
import { House } from '@lucide/vue';
import type { Feature } from '../../shell/feature.js';
import { openPanel } from '../../shell/workbench.js';
import { welcomeTexts } from '../../texts/welcome.js';

export const welcomeFeature: Feature = {
  name: 'welcome',
  panels: [
    {
      id: 'welcome',
      icon: House,
      place: 'centre',
      isHome: true,
      title: () => welcomeTexts.title,
      component: () => import('./WelcomePanel.vue'),
    },
  ],
  commands: [
    { id: 'help.welcome', title: welcomeTexts.title, category: 'Help', icon: House, run: () => openPanel('welcome') },
  ],
};
