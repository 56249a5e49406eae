// What both hosts say with every file of the window: where content may come from, and that the page is isolated.

/**
 * Nothing comes from elsewhere and no text becomes code; WebAssembly may be compiled. Styles may stand in the page because the
 * components put theirs there.
 * @param channel the address that the window may connect to besides its own, for browsers in which 'self' leaves out WebSockets
 */
export function contentPolicy(channel?: string): string {
  const policy: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'"],
    'worker-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'blob:', 'data:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'", ...(channel === undefined ? [] : [channel])],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(policy)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

/** Opener, embedder and resource policies make the page cross-origin isolated: WebAssembly gets threads. */
export function securityHeaders(channel?: string): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentPolicy(channel),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'Permissions-Policy':
      'camera=(), display-capture=(), geolocation=(), microphone=(), usb=(), serial=(), hid=(), midi=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}
