// What a command is: its arguments as a table, from which come parsing, types and help. Parsing itself is Node's `parseArgs`:
// it is in the standard library, starts in no time, and the table adds what it lacks (numbers, choices, help).
import type { CommandContext } from './context.js';
import type { ExitCode } from './exitCode.js';

interface OptionBase {
  readonly summary: string;
  /** One letter. */
  readonly short?: string;
}

export type Option =
  | (OptionBase & { readonly type: 'flag' })
  | (OptionBase & { readonly type: 'text'; readonly value: string; readonly choices?: readonly string[] })
  | (OptionBase & { readonly type: 'list'; readonly value: string })
  | (OptionBase & {
      readonly type: 'number';
      readonly value: string;
      readonly minimum?: number;
      readonly maximum?: number;
      readonly integer?: boolean;
    });

export type Options = Readonly<Record<string, Option>>;

interface ValueTypes {
  flag: boolean;
  text: string | undefined;
  list: readonly string[];
  number: number | undefined;
}

export type OptionValues<O extends Options> = { readonly [K in keyof O]: ValueTypes[O[K]['type']] };

export interface Positional {
  /** As the help shows it: `example|spec.json`. */
  readonly name: string;
  readonly summary: string;
}

export interface Command<O extends Options = Options> {
  readonly summary: string;
  /** A paragraph of help; lines as they are. */
  readonly details?: string;
  readonly positionals: readonly Positional[];
  readonly options: O;
  readonly examples: readonly string[];
  run(positionals: readonly string[], options: OptionValues<O>, context: CommandContext): Promise<ExitCode>;
}

export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}

/** Options that every command with a workspace has. */
export const workspaceOption = {
  workspace: {
    type: 'text',
    value: 'DIR',
    summary: 'the workspace folder (default: $DESCENT_WORKSPACE, else ~/Descent)',
  },
} as const satisfies Options;

export const jsonOption = {
  json: { type: 'flag', summary: 'print one JSON object a line' },
} as const satisfies Options;
