// Runs the built command line as the processes that users run.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'out/main/cli.js');
/** Measured choices of lowerings: shared by the tests, apart from those of whoever runs them. */
const cache = mkdtempSync(join(tmpdir(), 'descent-cache-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

/** Builds what is out of date; other test files wait for it. */
export function buildCommandLine(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that is running; with --json its lines are objects. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves with the first object on standard output of which `found` is true; rejects when the process ends without. */
  until(found: (line: JsonLine) => boolean): Promise<JsonLine>;
}

export type JsonLine = Readonly<Record<string, unknown>>;

export function start(args: readonly string[], workspace: string): Running {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: root,
    env: { ...process.env, DESCENT_WORKSPACE: workspace, DESCENT_CACHE: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    listeners.forEach((listener) => listener());
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  const ended = new Promise<Outcome>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  const until = (found: (line: JsonLine) => boolean): Promise<JsonLine> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = jsonLines(out.slice(0, out.lastIndexOf('\n') + 1)).find(found);
        if (line) resolve(line);
      };
      listeners.add(look);
      look();
      void ended.then((outcome) => reject(new Error(`it ended before: ${JSON.stringify(outcome)}`)));
    });
  return { child, ended, until };
}

export function descent(args: readonly string[], workspace: string): Promise<Outcome> {
  return start(args, workspace).ended;
}

export function jsonLines(text: string): JsonLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonLine);
}

/** The last line of a command with --json. */
export function lastLine({ out }: Outcome): JsonLine {
  return jsonLines(out).at(-1) ?? {};
}
