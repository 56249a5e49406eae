// The loopback server's promises: whom it answers, what it hands out, what it says with it.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ServiceHub } from '../../../contract/channel/serveServices.js';
import { startLoopback, type LoopbackServer } from '../../../main/server/loopbackServer.js';
import { cookieOf } from '../channel/transports.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const folder = mkdtempSync(join(tmpdir(), 'descent-site-'));
let server: LoopbackServer;
let cookie: string;

beforeAll(async () => {
  const site = { window: join(folder, 'window'), workers: join(folder, 'web') };
  mkdirSync(join(site.window, 'assets'), { recursive: true });
  mkdirSync(join(site.workers, 'chunks'), { recursive: true });
  writeFileSync(join(folder, 'secret.js'), 'secret');
  writeFileSync(join(site.window, 'index.html'), '<!doctype html>window');
  writeFileSync(join(site.window, '.hidden.js'), 'hidden');
  writeFileSync(join(site.window, 'notes.exe'), 'unknown type');
  writeFileSync(join(site.window, 'assets/index-Ab3_x-9Z.js'), 'window code');
  writeFileSync(join(site.workers, 'train.web.js'), 'worker code');
  writeFileSync(join(site.workers, 'chunks/tensor-12345678.wasm'), Uint8Array.of(0, 97, 115, 109));
  server = await startLoopback({ hub: new ServiceHub(), site, ports: [0] });
  cookie = await cookieOf(server.address);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Sends exactly this: `fetch` would tidy the path and set headers of its own. */
async function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers: { ...headers } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode!, headers: response.headers, text };
}

const askInside = (path: string, headers: Readonly<Record<string, string>> = {}, method?: string): Promise<Answer> =>
  ask(path, { cookie, ...headers }, method);

describe('Loopback: who is answered', () => {
  test('only 127.0.0.1 is listened to', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address }) => address !== '127.0.0.1')
      .map(({ address, scopeid }) => (scopeid ? undefined : address))
      .filter((address) => address !== undefined);
    for (const host of ['127.0.0.2', '::1', ...others]) {
      const socket = connect(server.port, host);
      const outcome = await Promise.race([
        once(socket, 'connect').then(() => 'connected'),
        once(socket, 'error').then(() => 'refused'),
      ]).catch(() => 'refused');
      socket.destroy();
      expect(outcome, host).toBe('refused');
    }
  });

  test('without the secret nothing is handed out', async () => {
    for (const path of ['/', '/index.html', '/workers/train.web.js', '/alive', '/assets/index-Ab3_x-9Z.js']) {
      const { status, text } = await ask(path);
      expect(status, path).toBe(401);
      expect(text).not.toMatch(/window code|worker code|>window/);
    }
  });

  test('the token is exchanged for a cookie that scripts and other sites do not get, and leaves the address', async () => {
    const { status, headers } = await ask(new URL(server.address).search.replace(/^/, '/'));
    expect(status).toBe(303);
    expect(headers.location).toBe('./');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/; Path=\/; HttpOnly; SameSite=Strict$/)]);
    const token = new URL(server.address).searchParams.get('token')!;
    expect(token.length).toBeGreaterThanOrEqual(40);
    expect(headers['set-cookie']![0]).not.toContain(token);
  });

  test.each(['', 'x', 'é', '%00', 'A'.repeat(5000)])('a wrong token lets nobody in: %s', async (token) => {
    const { status, headers } = await ask(`/?token=${encodeURIComponent(token)}`);
    expect(status).toBe(401);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('a wrong cookie lets nobody in', async () => {
    const [name] = cookie.split('=');
    for (const wrong of [`${name}=`, `${name}=x`, `x${cookie}`, cookie.slice(0, -1), `other=${cookie.split('=')[1]}`])
      expect((await ask('/', { cookie: wrong })).status, wrong).toBe(401);
    expect((await ask('/', { cookie: `a=b; ${cookie}; c=d` })).status).toBe(200);
  });

  test('a ticket lets in once', async () => {
    const { search } = new URL(server.ticketAddress());
    expect((await ask(`/${search}`)).status).toBe(303);
    expect((await ask(`/${search}`)).status).toBe(401);
  });

  test('only who has the token gets a ticket for another process', async () => {
    const token = new URL(server.address).searchParams.get('token')!;
    expect((await askInside('/ticket')).status).toBe(401);
    const { status, text } = await ask('/ticket', { authorization: `Bearer ${token}` });
    expect(status).toBe(200);
    expect((await ask(`/?token=${text}`)).status).toBe(303);
  });

  test.each([
    'evil.example',
    `evil.example:80`,
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '[::1]',
    '10.0.0.1',
  ])('a name that was made to resolve here is refused, whatever the cookie: %s', async (host) => {
    const { status, text } = await askInside('/', { host });
    expect(status).toBe(403);
    expect(text).not.toContain('>window');
  });

  test.each(['127.0.0.1:1234', 'localhost:1234', 'localhost'])(
    'a tunnel may show the server under another port: %s',
    async (host) => {
      expect((await askInside('/', { host, origin: `http://${host}` })).status).toBe(200);
    },
  );

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1', 'file://'])(
    'a page of another origin is refused: %s',
    async (origin) => {
      expect((await askInside('/', { origin })).status).toBe(403);
    },
  );

  test('what another page embeds is refused; a link that is followed is not', async () => {
    const embedded = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
    expect((await askInside('/workers/train.web.js', embedded)).status).toBe(403);
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await askInside('/', followed)).status).toBe(200);
  });

  test('a frame of another page is refused', async () => {
    const framed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await askInside('/', framed)).status).toBe(403);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s is refused', async (method) => {
    expect((await askInside('/', {}, method)).status).toBe(405);
  });
});

describe('Loopback: the channel', () => {
  const origin = (): string => `http://127.0.0.1:${server.port}`;

  async function statusOf(headers: Readonly<Record<string, string>>, path = '/channel'): Promise<number> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers: { ...headers } });
    const status = await Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(([, response]) => (response as { statusCode: number }).statusCode),
    ]);
    socket.on('error', () => undefined);
    socket.terminate();
    return status;
  }

  test('it opens for the window', async () => {
    expect(await statusOf({ cookie, origin: origin() })).toBe(101);
  });

  test.each([
    ['without the cookie', {}, 401],
    ['with a wrong cookie', { cookie: 'descent=1' }, 401],
  ] as const)('it stays shut %s', async (_, headers, status) => {
    expect(await statusOf({ origin: origin(), ...headers })).toBe(status);
  });

  test('it stays shut to other origins and to those that hide theirs', async () => {
    expect(await statusOf({ cookie })).toBe(403);
    for (const other of ['http://evil.example', 'http://127.0.0.1:1', 'null'])
      expect(await statusOf({ cookie, origin: other })).toBe(403);
  });

  test('it stays shut to names that were made to resolve here', async () => {
    expect(await statusOf({ cookie, host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
  });

  test('there is one path', async () => {
    expect(await statusOf({ cookie, origin: origin() }, '/')).toBe(404);
    expect(await statusOf({ cookie, origin: origin() }, '/channel/x')).toBe(404);
  });
});

describe('Loopback: what is handed out', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', 'private, no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'private, no-cache'],
    ['/assets/index-Ab3_x-9Z.js', 'text/javascript; charset=utf-8', 'private, max-age=31536000, immutable'],
    ['/workers/train.web.js', 'text/javascript; charset=utf-8', 'private, no-cache'],
    ['/workers/chunks/tensor-12345678.wasm', 'application/wasm', 'private, max-age=31536000, immutable'],
  ])('%s', async (path, type, caching) => {
    const { status, headers } = await askInside(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(headers['cache-control']).toBe(caching);
    expect((await askInside(path, { 'if-none-match': headers.etag! })).status).toBe(304);
  });

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/..%5csecret.js',
    '/workers/../../secret.js',
    '/workers/..%2f..%2fsecret.js',
    '/workers/%252e%252e/secret.js',
    '//secret.js',
    '/./index.html',
    '/.hidden.js',
    '/assets/',
    '/assets',
    '/workers',
    '/notes.exe',
    '/index.html%00.js',
    '/index.html/',
    '/%',
    '/C:/secret.js',
    'secret.js',
    'http://127.0.0.1/../secret.js',
  ])('nothing is found at %s', async (path) => {
    const { status, text } = await askInside(path).catch(() => ({ status: 400, text: '' }));
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('secret');
  });

  test('every answer, refusals too, says where content may come from and that the page is isolated', async () => {
    for (const { headers } of [await askInside('/'), await ask('/'), await askInside('/missing.js')]) {
      const policy = headers['content-security-policy']!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-(eval|inline)'/);
      expect(policy).not.toMatch(/https?:|\*/);
      expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${server.port};`);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
  });

  test('a refusal says what to do and repeats nothing of the request', async () => {
    const { text } = await ask('/<script>alert(1)</script>');
    expect(text).toContain('Open the address that Descent printed');
    expect(text).not.toContain('<script');
  });
});

test('Loopback: a port that is taken is not shared; the next one is tried', async () => {
  const hub = new ServiceHub();
  await expect(startLoopback({ hub, site: undefined, ports: [server.port] })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  const other = await startLoopback({ hub, site: undefined, ports: [server.port, 0] });
  expect(other.port).not.toBe(server.port);
  await other.close();
});

test('Loopback: closing ends open channels at once', async () => {
  const other = await startLoopback({ hub: new ServiceHub(), site: undefined, ports: [0] });
  const socket = new WebSocket(`ws://127.0.0.1:${other.port}/channel`, {
    headers: { cookie: await cookieOf(other.address), origin: `http://127.0.0.1:${other.port}` },
  });
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await other.close();
  await closed;
});
