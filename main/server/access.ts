// Who may talk to the server: a secret in the printed address is exchanged for a cookie; names and origins must be the loopback's.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a request lacks; null: nothing. */
export type Refusal = 'host' | 'origin' | 'secret' | null;

/** Any port: a tunnel (`ssh -L`) may show this one under another. A name that resolves here by DNS rebinding is neither. */
const loopbackHost = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/;

const ticketLife = 60_000;

export class Access {
  /** Stands in the printed address. */
  readonly token = secret();
  /** Each lets in once, until a time in milliseconds since 1970. */
  private readonly tickets = new Map<string, number>();
  /** Stands in the cookie, so that the address is of no use to whoever sees the browser's requests, nor the cookie in an address. */
  private readonly session = secret();

  /** @param port tells the cookies of several servers apart: browsers do not part them by port */
  constructor(private readonly port: number) {}

  get cookie(): string {
    return `${this.cookieName}=${this.session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  isToken(given: string): boolean {
    return isSame(given, this.token);
  }

  /** For the command line of a browser, which other users of the computer can see: good once and for a minute. */
  issueTicket(): string {
    const ticket = secret();
    this.tickets.set(ticket, Date.now() + ticketLife);
    return ticket;
  }

  /** Whether a token or a ticket lets in; a ticket is used up by it. */
  redeem(given: string): boolean {
    const expires = this.tickets.get(given);
    this.tickets.delete(given);
    return this.isToken(given) || (expires !== undefined && Date.now() < expires);
  }

  /** For every request, with or without a secret. */
  refuseAddress(headers: IncomingHttpHeaders): Refusal {
    if (!loopbackHost.test(headers.host ?? '')) return 'host';
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host!}`) return 'origin';
    // What another page embeds, frames or fetches from here; a link that is followed is none of it.
    const site = headers['sec-fetch-site'];
    const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
    const isFollowed = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    return isForeign && !isFollowed ? 'origin' : null;
  }

  /** For what only the window gets. */
  refuse(headers: IncomingHttpHeaders): Refusal {
    const given = cookieValue(headers.cookie ?? '', this.cookieName);
    return this.refuseAddress(headers) ?? (isSame(given, this.session) ? null : 'secret');
  }

  /** For the channel: browsers always say where such a connection comes from. */
  refuseChannel(headers: IncomingHttpHeaders): Refusal {
    return headers.origin === undefined ? 'origin' : this.refuse(headers);
  }

  private get cookieName(): string {
    return `descent-${this.port}`;
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function cookieValue(header: string, name: string): string {
  const pair = header.split(/;\s*/).find((text) => text.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? '';
}

/** Takes the same time for every text. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
