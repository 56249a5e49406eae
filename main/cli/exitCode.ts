// What the exit codes mean, and which fault gives which.
import { faultCodes, type Fault } from '../../contract/fault.js';

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  input: 3,
  notFound: 4,
  workspace: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeHelp: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [exitCodes.ok, 'done'],
  [exitCodes.failed, 'it failed: the training diverged, a check did not pass, a worker crashed'],
  [exitCodes.usage, 'the command line was not understood'],
  [exitCodes.input, 'a file, a model or data was refused; nothing was changed'],
  [exitCodes.notFound, 'there is no such run, file, data set or workspace'],
  [exitCodes.workspace, 'the workspace or the disk failed: full, locked, not writable, of a newer version'],
  [exitCodes.interrupted, 'stopped by Ctrl+C or a signal; `resume` continues'],
];

/** A fault of the command line itself. */
export class CliError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'CliError';
  }
}

const byArea: Readonly<Record<string, ExitCode>> = {
  usage: exitCodes.usage,
  store: exitCodes.workspace,
  workspace: exitCodes.workspace,
  checkpoint: exitCodes.workspace,
  run: exitCodes.workspace,
  training: exitCodes.failed,
  worker: exitCodes.failed,
  internal: exitCodes.failed,
  server: exitCodes.failed,
};

/** Codes of other areas come from what the user handed in: a model, a graph, data. */
export function exitCodeOf({ code }: Fault): ExitCode {
  if (code.endsWith('.notFound')) return exitCodes.notFound;
  if (code === faultCodes.notFinite) return exitCodes.failed;
  if (code === 'run.ambiguous' || code === 'run.state') return exitCodes.usage;
  return byArea[code.slice(0, code.indexOf('.'))] ?? exitCodes.input;
}
