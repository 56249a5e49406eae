// Arguments by a command's table; every fault is a usage fault that names the argument.
import { parseArgs } from 'node:util';
import { faultCodes } from '../../contract/fault.js';
import type { Command, Option, Options, OptionValues } from './command.js';
import { CliError } from './exitCode.js';

export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly options: OptionValues<Options>;
  readonly help: boolean;
}

/** @throws CliError `usage.arguments` */
export function parseArguments(name: string, command: Command, args: readonly string[]): ParsedArguments {
  const { values, positionals } = parse(name, command, args);
  if (values.help === true) return { positionals, options: {}, help: true };
  const expected = command.positionals;
  const missing = expected[positionals.length];
  if (missing) throw usage(name, `<${missing.name}> is missing: ${missing.summary}`);
  if (positionals.length > expected.length) throw usage(name, `unexpected argument '${positionals[expected.length]!}'`);
  const options = Object.fromEntries(
    Object.entries(command.options).map(([key, option]) => [key, valueOf(name, key, option, values[key])]),
  );
  return { positionals, options, help: false };
}

type RawValue = string | boolean | (string | boolean)[] | undefined;

function parse(
  name: string,
  command: Command,
  args: readonly string[],
): { values: Readonly<Record<string, RawValue>>; positionals: string[] } {
  const table = Object.entries(command.options).map(([key, option]) => {
    const type: 'boolean' | 'string' = option.type === 'flag' ? 'boolean' : 'string';
    const short = option.short === undefined ? {} : { short: option.short };
    return [key, { type, multiple: option.type === 'list', ...short }] as const;
  });
  try {
    return parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, ...Object.fromEntries(table) },
      allowPositionals: true,
    });
  } catch (error) {
    // parseArgs adds a hint on `--` after a full stop, which only confuses here.
    throw usage(name, (error as Error).message.split('. ')[0]!.replace(/\.$/, ''));
  }
}

function valueOf(
  name: string,
  key: string,
  option: Option,
  raw: RawValue,
): boolean | string | number | readonly string[] | undefined {
  if (option.type === 'flag') return raw === true;
  if (option.type === 'list') return Array.isArray(raw) ? raw.map(String) : [];
  if (typeof raw !== 'string') return undefined;
  if (option.type === 'text') {
    if (option.choices && !option.choices.includes(raw))
      throw usage(name, `--${key} must be one of ${option.choices.join(', ')}, not '${raw}'`);
    return raw;
  }
  const number = raw.trim() === '' ? NaN : Number(raw);
  const { minimum = -Infinity, maximum = Infinity, integer = false } = option;
  if (!(number >= minimum && number <= maximum) || (integer && !Number.isInteger(number)))
    throw usage(name, `--${key} must be ${describeNumber(minimum, maximum, integer)}, not '${raw}'`);
  return number;
}

function describeNumber(minimum: number, maximum: number, integer: boolean): string {
  const kind = integer ? 'a whole number' : 'a number';
  const low = minimum === -Infinity ? '' : ` of at least ${minimum}`;
  return kind + low + (maximum === Infinity ? '' : ` and at most ${maximum}`);
}

export function usage(name: string, rule: string): CliError {
  return new CliError(
    faultCodes.usage,
    `descent ${name}: ${rule}. \`descent ${name} --help\` tells what it takes.`.replace('  ', ' '),
  );
}
