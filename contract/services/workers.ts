// Workers that a window hosts for the main side: training on the window's GPU. The same messages as to a worker process.
import { z } from 'zod';
import { defineService, method } from '../service.js';
import type { FromWorker, ToWorker } from '../worker.js';

/** What the main side asks of a window. */
export type HostRequest =
  | { readonly type: 'launch'; readonly worker: string; readonly entry: string }
  | { readonly type: 'message'; readonly worker: string; readonly message: ToWorker }
  | { readonly type: 'kill'; readonly worker: string };

/** What a window tells of a worker that it hosts; `ended` comes last. */
export type HostReport =
  | { readonly type: 'message'; readonly worker: string; readonly message: FromWorker<unknown, unknown> }
  | { readonly type: 'ended'; readonly worker: string; readonly error: string | null };

export const workersService = defineService('workers', {
  methods: {
    /** Offers to host workers as long as the call lasts; requests come as progress. */
    host: method<null, HostRequest>('every')(
      z.object({ webgpu: z.object({ adapter: z.string().max(300), software: z.boolean() }).nullable() }),
    ),
    report: method()(z.custom<HostReport>((value) => typeof value === 'object' && value !== null)),
  },
  events: {},
});
