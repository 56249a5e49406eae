// The desktop host: one process and one window for a workspace, locked down; the services are the same as everywhere.
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, dialog, Menu, powerSaveBlocker, protocol, session, type BrowserWindow } from 'electron';
import { HostError } from '../services/hosting/hostError.js';
import { readLaunch, workspaceFileName, type LaunchRequest } from '../services/hosting/launchArguments.js';
import { builtSite } from '../services/hosting/site.js';
import { leaveWindow, takeWindow } from '../services/hosting/windowLock.js';
import { makeWorkbench, type Workbench } from '../services/workbench/workbench.js';
import { openWorkspace } from '../services/workspaces.js';
import { denyByDefault } from './deny.js';
import { utilityLauncher } from './utilityLauncher.js';
import { serveChannels } from './windowChannel.js';
import { schemePrivileges, serveWindowFiles } from './windowFiles.js';
import { isQuittingConfirmed, openWorkbenchWindow } from './workbenchWindow.js';

app.enableSandbox();
protocol.registerSchemesAsPrivileged([schemePrivileges]);

/** In development the script comes before the arguments. */
const request = readLaunch(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());
const folder = resolve(request.workspace ?? process.env.DESCENT_WORKSPACE ?? join(app.getPath('home'), 'Descent'));

// Electron keeps one instance for each folder of its own data: so there is one for each workspace.
const key = createHash('sha256').update(folder).digest('hex').slice(0, 16);
app.setPath('userData', join(app.getPath('appData'), 'Descent', 'windows', key));

let workbench: Workbench | undefined;
let isClosed = false;

let openWindow: BrowserWindow | undefined;

function showWindow(): void {
  openWindow ??= newWindow();
  if (openWindow.isMinimized()) openWindow.restore();
  openWindow.focus();
}

function newWindow(): BrowserWindow {
  const window = openWorkbenchWindow('Descent');
  watchClosing(window);
  window.once('closed', () => (openWindow = undefined));
  return window;
}

function openModel(path: string | undefined): void {
  if (path !== undefined) workbench?.openModel(path);
}

if (app.requestSingleInstanceLock(request)) {
  app.on('second-instance', (_, _args, _folder, data) => {
    showWindow();
    openModel((data as LaunchRequest).model);
  });
  // macOS tells files this way, perhaps before the workbench is there.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    const { model } = readLaunch([path], folder);
    void app.whenReady().then(() => openModel(model));
  });
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    // On macOS an application lives on without windows.
    if (process.platform !== 'darwin') app.quit();
  });
  void app.whenReady().then(start).catch(failToStart);
} else app.exit(0);

function start(): void {
  const site = builtSite();
  if (!site) throw new HostError('server.notBuilt', 'The window is not built. Run `npm run build`.');
  denyByDefault(session.defaultSession);
  serveWindowFiles(session.defaultSession, site);
  const workspace = openWorkspace(folder, { create: true });
  const owner = takeWindow(workspace.path, null);
  if (owner) {
    workspace.close();
    const where = owner.address === null ? 'another Descent' : 'a browser, by `descent serve`';
    throw new HostError('workspace.inUse', `The workspace ${folder} is shown by ${where}. Close that first.`);
  }
  // A double click on it opens the workspace.
  const marker = join(workspace.path, workspaceFileName);
  if (!existsSync(marker)) writeFileSync(marker, '{"descent": "workspace"}\n');
  workbench = makeWorkbench({ workspace, launch: utilityLauncher, host: 'electron', version: app.getVersion() });
  openModel(request.model);
  serveChannels(workbench.hub);
  keepAwake(workbench);
  // The window has a menu of its own; macOS puts editing keys into the application's.
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  );
  app.on('before-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void quit();
  });
  showWindow();
  // `npm start` waits for this word.
  process.send?.('ready');
}

/** While a training runs the computer does not fall asleep by itself. */
function keepAwake({ ports: { activity } }: Workbench): void {
  let blocker: number | undefined;
  activity.onChange(() => {
    const isTraining = activity.works.some(({ kind }) => kind === 'run');
    if (isTraining) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  });
}

function watchClosing(window: BrowserWindow): void {
  if (process.platform !== 'darwin')
    window.on('close', (event) => {
      if (isClosed) return;
      event.preventDefault();
      void quit();
    });
  // The page asks to stay while it trains on its GPU: when the application quits that question was asked already.
  window.webContents.on('will-prevent-unload', (event) => {
    if (isClosed || isReloadConfirmed(window)) event.preventDefault();
  });
}

function isReloadConfirmed(window: BrowserWindow): boolean {
  const answer = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: 'A training runs on the GPU of this window.',
    detail: 'When the window goes, it is interrupted with its last checkpoint and can be resumed.',
    buttons: ['Interrupt it', 'Stay'],
    defaultId: 1,
    cancelId: 1,
  });
  return answer === 0;
}

/** The window stays until everything is saved: it shows what is going on. */
async function quit(): Promise<void> {
  if (!workbench || !(await isQuittingConfirmed(openWindow, workbench.ports.activity))) return;
  await workbench.close();
  leaveWindow(folder);
  isClosed = true;
  app.quit();
}

function failToStart(error: unknown): void {
  dialog.showErrorBox('Descent cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}
