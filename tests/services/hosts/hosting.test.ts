// What hosts decide before there is a window: addresses, arguments, browsers, and which process has the workspace.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBrowser, obstacleToWindows, windowArguments } from '../../../main/server/installedBrowser.js';
import { readLaunch } from '../../../main/services/hosting/launchArguments.js';
import { contentPolicy, securityHeaders } from '../../../main/services/hosting/securityHeaders.js';
import { isAllowedPermission, isAllowedRequest, isOwnAddress } from '../../../main/services/hosting/windowAddress.js';
import { lastPort, leaveWindow, takeWindow, windowOwner } from '../../../main/services/hosting/windowLock.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

describe('Desktop window: addresses', () => {
  test.each(['app://descent/', 'app://descent/index.html?x#y', 'app://descent/workers/train.web.js'])(
    'its own: %s',
    (address) => {
      expect(isOwnAddress(address)).toBe(true);
      expect(isAllowedRequest(address)).toBe(true);
    },
  );

  test.each([
    'http://descent/',
    'https://example.org/',
    'file:///etc/passwd',
    'app://other/',
    'app://descent.evil/',
    'app://descent@evil/',
    'app://user:word@descent/',
    'javascript:alert(1)',
    'ws://descent/',
    'blob:https://example.org/1',
    'about:blank',
    '',
    'descent',
  ])('not its own: %s', (address) => {
    expect(isOwnAddress(address)).toBe(false);
    expect(isAllowedRequest(address)).toBe(false);
  });

  test('what it made itself may be loaded but not gone to', () => {
    for (const address of ['blob:app://descent/3f', 'data:image/png;base64,AA==']) {
      expect(isAllowedRequest(address)).toBe(true);
      expect(isOwnAddress(address)).toBe(false);
    }
  });

  test('of permissions only the clipboard is given, and only to its own pages', () => {
    expect(isAllowedPermission('clipboard-read', 'app://descent/')).toBe(true);
    expect(isAllowedPermission('clipboard-read', 'https://example.org/')).toBe(false);
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'usb', 'fileSystem'])
      expect(isAllowedPermission(permission, 'app://descent/')).toBe(false);
  });

  test('both hosts have the same policy, but for the address of the channel', () => {
    expect(contentPolicy()).toBe(contentPolicy('ws://127.0.0.1:1').replace(' ws://127.0.0.1:1', ''));
    expect(contentPolicy()).toMatch(/connect-src 'self';/);
    expect(Object.keys(securityHeaders())).toEqual(Object.keys(securityHeaders('ws://127.0.0.1:1')));
  });
});

describe('Desktop application: what it is started with', () => {
  test('a workspace by option, by its file, or by its folder', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'w'));
    writeFileSync(join(folder, 'w/descent.sqlite'), '');
    const workspace = join(folder, 'w');
    expect(readLaunch(['--workspace', 'w'], folder)).toEqual({ workspace, model: undefined });
    expect(readLaunch(['--workspace=w', '--inspect'], folder).workspace).toBe(workspace);
    expect(readLaunch(['w/workspace.descent'], folder).workspace).toBe(workspace);
    expect(readLaunch(['w'], folder).workspace).toBe(workspace);
    expect(readLaunch(['elsewhere', '--type=renderer'], folder).workspace).toBeUndefined();
    expect(readLaunch([], folder)).toEqual({ workspace: undefined, model: undefined });
  });

  test('a model file beside it', () => {
    expect(readLaunch(['--workspace', '/w', 'a.ONNX'], '/home')).toEqual({ workspace: '/w', model: '/home/a.ONNX' });
  });
});

describe('Browsers', () => {
  test('the one that is named goes first, else the first on the path', () => {
    const folder = temporaryFolder();
    for (const name of ['chromium', 'microsoft-edge']) writeFileSync(join(folder, name), '');
    expect(findBrowser({ PATH: `/nowhere:${folder}` }, 'linux')).toEqual({
      name: 'Chromium',
      path: join(folder, 'chromium'),
    });
    expect(findBrowser({ PATH: folder, DESCENT_BROWSER: '/x' }, 'linux')?.path).toBe('/x');
    expect(findBrowser({ PATH: '' }, 'linux')).toBeUndefined();
    expect(findBrowser({}, 'win32')).toBeUndefined();
  });

  test('no window is opened where nobody would see it, or where it would run as root', () => {
    expect(obstacleToWindows({ DISPLAY: ':0' }, 'linux', false)).toBeNull();
    expect(obstacleToWindows({ WAYLAND_DISPLAY: 'w' }, 'linux', false)).toBeNull();
    expect(obstacleToWindows({}, 'darwin', false)).toBeNull();
    expect(obstacleToWindows({}, 'linux', false)).toContain('no screen');
    expect(obstacleToWindows({ DISPLAY: ':0' }, 'linux', true)).toContain('root');
    expect(obstacleToWindows({ DISPLAY: ':0', SSH_CONNECTION: '1' }, 'linux', false)).toContain('SSH');
  });

  test('the window has a profile of its own and no tabs', () => {
    const args = windowArguments('http://127.0.0.1:1/?token=t', '/cache/window', 'linux');
    expect(args).toContain('--app=http://127.0.0.1:1/?token=t');
    expect(args).toContain('--user-data-dir=/cache/window');
    expect(args).not.toContain('--no-sandbox');
  });
});

describe('Window lock', () => {
  const address = 'http://127.0.0.1:4321/?token=t';

  /** A lock that another process left. */
  function leave(folder: string, owner: object): void {
    writeFileSync(join(folder, 'window.lock'), JSON.stringify({ startedAt: '', host: hostname(), address, ...owner }));
  }

  test('it is taken, tells the owner, and is given back', () => {
    const folder = temporaryFolder();
    expect(windowOwner(folder)).toBeUndefined();
    expect(takeWindow(folder, address)).toBeUndefined();
    expect(windowOwner(folder)).toMatchObject({ pid: process.pid, address });
    expect(lastPort(folder)).toBe(4321);
    leaveWindow(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('only its user can read it', () => {
    const folder = temporaryFolder();
    takeWindow(folder, address);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'window.lock')).mode & 0o777).toBe(0o600);
  });

  test('a living process keeps it', () => {
    const folder = temporaryFolder();
    leave(folder, { pid: process.ppid });
    expect(takeWindow(folder, 'http://127.0.0.1:1/')).toMatchObject({ pid: process.ppid, address });
    leaveWindow(folder);
    expect(windowOwner(folder)?.pid).toBe(process.ppid);
  });

  test('a process that is gone, or another one with its number, does not', () => {
    const folder = temporaryFolder();
    const { pid } = spawnSync(process.execPath, ['--version']);
    leave(folder, { pid });
    expect(takeWindow(folder, address)).toBeUndefined();
    leaveWindow(folder);
    leave(folder, { pid: process.ppid, startedAt: 'another time' });
    expect(windowOwner(folder)).toBeUndefined();
    expect(lastPort(folder)).toBe(4321);
    expect(takeWindow(folder, address)).toBeUndefined();
  });

  test('one of another machine is believed', () => {
    const folder = temporaryFolder();
    leave(folder, { pid: 1, host: 'elsewhere' });
    expect(takeWindow(folder, address)).toMatchObject({ host: 'elsewhere' });
  });

  test.each(['', '{', '[]', '{"pid":"x"}', '\0\0'])('what is no lock is replaced: %j', (content) => {
    const folder = temporaryFolder();
    const lock = join(folder, 'window.lock');
    writeFileSync(lock, content);
    chmodSync(lock, 0o644);
    expect(takeWindow(folder, null)).toBeUndefined();
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid, address: null });
    expect(lastPort(folder)).toBeUndefined();
  });
});
