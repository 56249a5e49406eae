// A static loopback server for the browser tests: the built workers and the test page, isolated so that wasm has threads.
import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../out', import.meta.url));
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};
const page = `<!doctype html><title>Descent: tests</title><link rel="icon" href="data:,">
<script type="module" src="/e2e/page.js"></script>`;

/** Serves `out/`; the root is the test page. Resolves to its address, without a slash at the end. */
export async function serve(): Promise<{ readonly address: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Content-Type', path === '/' ? types['.html']! : (types[extname(path)] ?? 'text/plain'));
    if (path === '/') return void response.end(page);
    const file = join(built, path);
    if (!/^[/\\](web|e2e)[/\\]/.test(path) || !statSync(file, { throwIfNoEntry: false })?.isFile())
      return void response.writeHead(404).end();
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
