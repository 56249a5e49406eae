// Answers requests over HTTP: the exchange of the secret, the files of the window, and a word on whether the server lives.
import { createReadStream, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { securityHeaders } from '../services/hosting/securityHeaders.js';
import { findSiteFile, type Site, type SiteFile } from '../services/hosting/site.js';
import type { Access, Refusal } from './access.js';
import { noteOf } from './notes.js';

/** @param site undefined: the window was not built */
export function answerRequests(access: Access, site: Site | undefined): RequestListener {
  return (request, response) => {
    void answer(access, site, request, response).catch(() => {
      // The file went between finding and reading it.
      if (!response.headersSent) refuse(response, 500, 'failed');
      else response.destroy();
    });
  };
}

async function answer(
  access: Access,
  site: Site | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, method } = request;
  setHeaders(response, headers.host);
  const refusedAddress = access.refuseAddress(headers);
  if (refusedAddress !== null) {
    refuse(response, 403, refusedAddress);
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    refuse(response, 405, 'method');
    return;
  }
  // The path as it came: a URL would already have followed its steps upwards.
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const token = new URLSearchParams(query).get('token');
  if (path === '/' && token !== null) {
    exchange(access, token, response);
    return;
  }
  if (path === '/ticket') {
    giveTicket(access, headers.authorization, response);
    return;
  }
  const refused = access.refuse(headers);
  if (refused !== null) {
    refuse(response, 401, refused);
    return;
  }
  if (path === '/alive') return void response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
  if (!site) {
    refuse(response, 503, 'notBuilt');
    return;
  }
  const file = await findSiteFile(site, path);
  if (!file) {
    refuse(response, 404, 'missing');
    return;
  }
  send(file, request, response);
}

/** Every answer has them, refusals too. */
function setHeaders(response: ServerResponse, host = ''): void {
  const channel = /^[\w.:]+$/.test(host) ? `ws://${host}` : undefined;
  for (const [name, value] of Object.entries(securityHeaders(channel))) response.setHeader(name, value);
}

/** The secret must not stay in the address: it would be kept in the history and shown on a shared screen. */
function exchange(access: Access, token: string, response: ServerResponse): void {
  if (!access.redeem(token)) {
    refuse(response, 401, 'secret');
    return;
  }
  response.writeHead(303, { Location: './', 'Set-Cookie': access.cookie, 'Cache-Control': 'no-store' }).end();
}

/** For a second process on the same workspace, which has read the token from the lock of the window. */
function giveTicket(access: Access, authorization = '', response: ServerResponse): void {
  if (!access.isToken(authorization.replace(/^Bearer /, ''))) {
    refuse(response, 401, 'secret');
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }).end(access.issueTicket());
}

/** Bytes that are read without giving way: opening, reading and closing would each wait behind what else this thread does. */
const mostAtOnce = 2 ** 20;

function send(file: SiteFile, request: IncomingMessage, response: ServerResponse): void {
  // Names without a hash are asked for each time, and mostly answered by «as you have it».
  response.setHeader('Cache-Control', file.isImmutable ? 'private, max-age=31536000, immutable' : 'private, no-cache');
  response.setHeader('ETag', file.tag);
  if (request.headers['if-none-match'] === file.tag) return void response.writeHead(304).end();
  const content = request.method !== 'HEAD' && file.bytes <= mostAtOnce ? readFileSync(file.path) : undefined;
  response.writeHead(200, { 'Content-Type': file.mediaType, 'Content-Length': content?.length ?? file.bytes });
  if (content || request.method === 'HEAD') response.end(content);
  else pipeline(createReadStream(file.path), response, () => undefined);
}

function refuse(response: ServerResponse, status: number, reason: Exclude<Refusal, null> | NoteName): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(noteOf(reason));
}

type NoteName = Parameters<typeof noteOf>[0];
