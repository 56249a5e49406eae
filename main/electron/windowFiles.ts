// Serves the files of the window under `app://descent/`: the same resolver and headers as the loopback server's.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Session } from 'electron';
import { securityHeaders } from '../services/hosting/securityHeaders.js';
import { findSiteFile, type Site } from '../services/hosting/site.js';
import { appScheme, isOwnAddress } from '../services/hosting/windowAddress.js';

/** What the scheme may, for `registerSchemesAsPrivileged`, which must be called before the application is ready. */
export const schemePrivileges = {
  scheme: appScheme,
  // `codeCache`: compiled code is kept between launches.
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
} as const;

export function serveWindowFiles({ protocol }: Session, site: Site): void {
  protocol.handle(appScheme, async ({ url, method }) => {
    const headers = securityHeaders();
    if (!isOwnAddress(url) || method !== 'GET') return new Response(null, { status: 403, headers });
    const file = await findSiteFile(site, new URL(url).pathname);
    if (!file) return new Response(null, { status: 404, headers });
    const content = Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>;
    const caching = file.isImmutable ? 'max-age=31536000, immutable' : 'no-cache';
    return new Response(content as BodyInit, {
      headers: {
        ...headers,
        'Content-Type': file.mediaType,
        'Content-Length': String(file.bytes),
        'Cache-Control': caching,
      },
    });
  });
}
