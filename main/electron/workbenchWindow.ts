// The window of the desktop application, and what is asked before it closes.
import { fileURLToPath } from 'node:url';
import { BrowserWindow, dialog } from 'electron';
import { appOrigin } from '../services/hosting/windowAddress.js';
import type { Activity } from '../services/workbench/activity.js';

export function openWorkbenchWindow(title: string): BrowserWindow {
  const window = new BrowserWindow({
    title,
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 500,
    show: false,
    // Until the page is drawn: the window's dark ground, so that nothing flashes.
    backgroundColor: '#17181c',
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // A training in the window goes on while it is hidden.
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${appOrigin}/`);
  return window;
}

/** Whether the person wants to quit although something is going on. */
export async function isQuittingConfirmed(window: BrowserWindow | undefined, { works }: Activity): Promise<boolean> {
  if (works.length === 0) return true;
  const options = {
    type: 'question' as const,
    message: works.length === 1 ? `“${works[0]!.title}” is not finished.` : `${works.length} tasks are not finished.`,
    detail: 'Trainings save a checkpoint and can be resumed later. Imports and exports begin anew.',
    buttons: ['Quit', 'Go on'],
    defaultId: 1,
    cancelId: 1,
  };
  const { response } = window ? await dialog.showMessageBox(window, options) : await dialog.showMessageBox(options);
  return response === 0;
}
