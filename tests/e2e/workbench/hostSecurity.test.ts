// The loopback host in real Chromium: what the window may, and what other pages may not.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { workspaceService } from '../../../contract/services/workspace.js';
import { connectTo, type OpenClient } from '../../services/channel/transports.js';
import { appForTests } from './workbench.js';

const app = appForTests();

const clients: OpenClient[] = [];
async function connect(url: string): Promise<OpenClient['connection']> {
  const client = await connectTo(url);
  clients.push(client);
  return client.connection;
}
afterAll(async () => {
  for (const client of clients) await client.close();
});

test('Window: isolated, without the secret in its address or in reach of scripts, with nothing from elsewhere', async () => {
  const host = await app.host(app.workspace('isolated'));
  const { page, errors, foreign, context } = await app.window(host.url);
  expect(page.url()).toBe(`${new URL(host.url).origin}/`);
  expect(await page.evaluate(() => ({ isIsolated: crossOriginIsolated, cookie: document.cookie }))).toEqual({
    isIsolated: true,
    cookie: '',
  });
  expect(await context.cookies()).toMatchObject([
    { httpOnly: true, sameSite: 'Strict', path: '/', domain: '127.0.0.1' },
  ]);
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

test('Window: no text becomes code, and nothing is fetched from elsewhere', async () => {
  const other = createServer((_, response) => response.end('secret'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  const host = await app.host(app.workspace('policy'));
  const { page, context } = await app.window(host.url);
  const tried = await page.evaluate(async (address) => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    );
    // Outside what the debugger evaluates, which is exempt.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          resolve((Reflect.construct(Function, ['return 1']) as () => unknown)());
        } catch (error) {
          resolve((error as Error).name);
        }
      });
    });
    const inline = document.createElement('script');
    inline.textContent = 'globalThis.wasInline = true';
    document.head.append(inline);
    const fetched = await fetch(address, { mode: 'no-cors' }).then(
      () => 'fetched',
      () => 'refused',
    );
    const picture = await new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('loaded');
      image.onerror = () => resolve('refused');
      image.src = address;
    });
    return { evaluated, wasInline: 'wasInline' in globalThis, fetched, picture, violations: violations.sort() };
  }, elsewhere);
  expect(tried).toEqual({
    evaluated: 'EvalError',
    wasInline: false,
    fetched: 'refused',
    picture: 'refused',
    violations: ['connect-src', 'img-src', 'script-src', 'script-src-elem'],
  });
  await context.close();
  other.close();
});

test('Window: another page of the same browser reaches neither files nor channel, though the cookie goes with its requests', async () => {
  const host = await app.host(app.workspace('other-page'));
  const { context } = await app.window(host.url);
  const other = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>other</title>');
  });
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
  const tried = await page.evaluate(async (origin) => {
    const read = await fetch(`${origin}/`, { credentials: 'include' }).then(
      () => 'read',
      () => 'refused',
    );
    const socket = await new Promise((resolve) => {
      const opened = new WebSocket(`${origin.replace('http', 'ws')}/channel`);
      opened.onopen = () => resolve('open');
      opened.onerror = () => resolve('refused');
    });
    const script = await new Promise((resolve) => {
      const element = document.createElement('script');
      element.src = `${origin}/workers/train.web.js`;
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('refused');
      document.head.append(element);
    });
    const frame = document.createElement('iframe');
    frame.src = `${origin}/`;
    const loaded = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    await loaded;
    const framed = frame.contentDocument === null ? 'refused' : 'readable';
    return { read, socket, script, framed };
  }, new URL(host.url).origin);
  expect(tried).toEqual({ read: 'refused', socket: 'refused', script: 'refused', framed: 'refused' });
  await context.close();
  other.close();
});

test('Two windows: what one keeps the other hears of; a closed one is not counted', async () => {
  const host = await app.host(app.workspace('two'));
  const workspace = (await connect(host.url)).client(workspaceService);
  const [one, other] = [await app.window(host.url), await app.window(host.url)];
  expect((await workspace.status({})).clients).toBe(3);
  const heard = new Promise<string>((resolve) => {
    workspace.on('stateWritten', ({ key }) => resolve(key));
  });
  await workspace.writeState({ key: 'kept', value: '1' });
  // A change of the layout in a window is written by that window.
  await one.page.keyboard.press('Control+b');
  expect(await heard).not.toBe('kept');
  await one.context.close();
  await expect.poll(async () => (await workspace.status({})).clients, { timeout: 30_000 }).toBe(2);
  expect(other.errors).toEqual([]);
  await other.context.close();
});
