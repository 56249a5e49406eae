// What the desktop application was started with: by a person, by a file that was opened, or by the system.
import { existsSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';

/** A file that stands for its folder, so that a workspace can be opened by a double click. */
export const workspaceFileName = 'workspace.descent';

export interface LaunchRequest {
  /** The folder; undefined where nothing says which. */
  readonly workspace: string | undefined;
  /** A model that the window shows first. */
  readonly model: string | undefined;
}

/** Switches other than `--workspace` are Chromium's. @param args without the program and its script */
export function readLaunch(args: readonly string[], folder: string): LaunchRequest {
  let workspace: string | undefined;
  let model: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--workspace') workspace = args[++at];
    else if (arg.startsWith('--workspace=')) workspace = arg.slice('--workspace='.length);
    else if (arg.startsWith('-')) continue;
    else if (extname(arg).toLowerCase() === '.onnx') model = resolve(folder, arg);
    else workspace ??= workspaceAt(resolve(folder, arg));
  }
  return { workspace: workspace && resolve(folder, workspace), model };
}

/** Undefined for what is no workspace: the system hands over all kinds of arguments. */
function workspaceAt(path: string): string | undefined {
  if (extname(path) === extname(workspaceFileName)) return dirname(path);
  return existsSync(join(path, 'descent.sqlite')) ? path : undefined;
}
