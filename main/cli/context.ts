// What a command gets of its surroundings; tests hand in their own.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Launch } from '../services/launcher.js';

export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface CommandContext {
  readonly out: Terminal;
  /** Progress and faults: standard output is for results. */
  readonly err: Terminal;
  readonly launch: Launch;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl+C or SIGTERM. */
  readonly interruption: AbortSignal;
}

/** The folder named by --workspace, else by the environment, else in the home directory. */
export function workspaceFolder(named: string | undefined, { environment }: CommandContext): string {
  const fromEnvironment = environment.DESCENT_WORKSPACE;
  // An empty variable is as good as none.
  if (named === undefined && fromEnvironment) return resolve(fromEnvironment);
  return resolve(named ?? join(homedir(), 'Descent'));
}

export function printLine(terminal: Terminal, text: string): void {
  terminal.write(`${text}\n`);
}

/** One object on a line; numbers that JSON lacks (NaN, infinities) become null. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.write(`${JSON.stringify(value)}\n`);
}
