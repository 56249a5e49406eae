// The window's start: theme, features, then the workbench.
import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import 'dockview-vue/dist/styles/dockview.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/dock.css';
import './theme/theme.js';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { z } from 'zod';
import App from './App.vue';
import { accessibleName } from './components/accessibleName.js';
import { features } from './features/index.js';
import { shellFeature } from './shell/shellFeature.js';
import { notifyFault } from './shell/notifications.js';
import PanelHost from './shell/PanelHost.vue';
import PanelTab from './shell/PanelTab.vue';
import { registry } from './shell/registry.js';

// The content policy forbids code made from text, which zod would use to be a little faster.
z.config({ jitless: true });

for (const feature of [shellFeature, ...features]) registry.add(feature);

const app = createApp(App);
app.use(createPinia());
app.component('PanelHost', PanelHost);
app.component('PanelTab', PanelTab);
app.directive('accessible-name', accessibleName);
app.config.errorHandler = notifyFault;
window.addEventListener('unhandledrejection', ({ reason }) => notifyFault(reason));
app.mount('#app');
