// Help: of the whole, and of one command, from its table.
import type { Command, Option } from './command.js';
import { commandTable } from './commands/index.js';
import { exitCodeHelp } from './exitCode.js';

export function generalHelp(): string {
  const commands = Object.entries(commandTable).map(([name, { summary }]) => [name, summary] as const);
  return [
    'Descent trains neural networks on this computer, offline.',
    '',
    'Usage: descent <command> [arguments]',
    '',
    'Commands:',
    ...table(commands),
    '',
    '`descent <command> --help` tells more of one. `descent guide` shows the way.',
    '',
    'Exit codes:',
    ...table(exitCodeHelp.map(([code, meaning]) => [String(code), meaning] as const)),
  ].join('\n');
}

export function commandHelp(name: string, command: Command): string {
  const names = command.positionals.map((positional) => ` <${positional.name}>`).join('');
  const options = Object.entries(command.options).map(([key, option]) => [left(key, option), right(option)] as const);
  return [
    `Usage: descent ${name}${names} [options]`,
    '',
    `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    ...section(
      'Arguments:',
      command.positionals.map((positional) => [`<${positional.name}>`, positional.summary] as const),
    ),
    ...section('Options:', [...options, ['-h, --help', 'this help'] as const]),
    ...section(
      'Examples:',
      command.examples.map((example) => [`descent ${example}`, ''] as const),
    ),
    'Exit codes: `descent --help`.',
  ].join('\n');
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : [title, ...table(rows), ''];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`.trimEnd());
}

function left(key: string, option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${key}${option.type === 'flag' ? '' : ` ${option.value}`}`;
}

function right(option: Option): string {
  if (option.type === 'text' && option.choices) return `${option.summary}: ${option.choices.join(', ')}`;
  return option.type === 'list' ? `${option.summary} (may be repeated)` : option.summary;
}
