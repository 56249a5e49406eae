// The open workspace: where it is, what the window keeps in it (layout, drafts), what the main side has to say.
import { z } from 'zod';
import { defineService, event, method } from '../service.js';

export interface WorkspaceInformation {
  /** The folder. */
  readonly path: string;
  readonly name: string;
  readonly host: 'electron' | 'loopback';
  readonly version: string;
  /** Node's name: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  /** Data sets, models and runs in it: all 0 on first launch. */
  readonly counts: { readonly datasets: number; readonly models: number; readonly runs: number };
}

/** A line of the console. */
export interface LogLine {
  readonly number: number;
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  readonly level: 'info' | 'warning' | 'error';
  /** What it is about: `workspace`, `data`, or a run. */
  readonly source: string;
  readonly text: string;
}

export interface ProcessStatus {
  /** Resident memory of the main process and of its workers. */
  readonly memoryBytes: number;
  readonly diskFreeBytes: number;
  /** Windows and other clients that are connected. */
  readonly clients: number;
}

const key = z.string().min(1).max(200);

export const workspaceService = defineService('workspace', {
  methods: {
    information: method<WorkspaceInformation>()(z.object({})),
    status: method<ProcessStatus>()(z.object({})),
    /** What the window keeps between launches (layout, drafts, choices), by key; null where there is nothing. JSON text. */
    readState: method<string | null>()(z.object({ key })),
    /** Written durably before it resolves; null removes it. */
    writeState: method()(z.object({ key, value: z.string().max(16_000_000).nullable() })),
    /** A model file that the app was asked to open before a window was there to hear of it; each is given once. */
    takeOpenRequest: method<string | null>()(z.object({})),
    /** The last lines of the console, oldest first. */
    log: method<readonly LogLine[]>()(z.object({ limit: z.int().min(1).max(10_000).default(1000) })),
    /** Takes down what happened in the window, so that it can be read later. */
    report: method()(
      z.object({
        level: z.enum(['info', 'warning', 'error']),
        source: z.string().max(200),
        text: z.string().max(20_000),
      }),
    ),
  },
  events: {
    logged: event<LogLine>(),
    /** A model file was opened from outside: by a double click, or by a second start. */
    openRequested: event<{ readonly path: string }>(),
    /** Another window wrote a state. */
    stateWritten: event<{ readonly key: string }>(),
  },
});
