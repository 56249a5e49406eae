// The options of all export formats as options of the command line, and its help on each format; both from the formats' forms.
import type { ExportFormat, ExportOption } from '../../contract/services/exports.js';
import { exportFormats } from '../services/exportFormats.js';
import type { Option, Options } from './command.js';
import { usage } from './parseArguments.js';

const formats = exportFormats();

export const formatNames: readonly string[] = formats.map(({ type }) => type);

/** Options of one name are one option: formats that share a name share its meaning. */
export function formatOptions(): Options {
  const owners = new Map<string, { option: ExportOption; formats: string[] }>();
  for (const { type, options } of formats)
    for (const option of options) {
      const known = owners.get(option.name);
      if (known) known.formats.push(type);
      else owners.set(option.name, { option, formats: [type] });
    }
  return Object.fromEntries(
    [...owners.values()].map(({ option, formats: names }) => [flagOf(option), optionOf(option, names)]),
  );
}

/** A flag that is on by default is turned off. */
function flagOf({ name, kind, fallback }: ExportOption): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return kind === 'flag' && fallback === true ? `no-${words}` : words;
}

function optionOf(option: ExportOption, names: readonly string[]): Option {
  const { kind, title, choices, minimum, maximum, fallback, unit } = option;
  const subject = `${names.join(', ')}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  if (kind === 'flag') return { type: 'flag', summary: fallback === true ? `${subject}, left out` : subject };
  const rest = fallback === null ? ' (default: any)' : ` (default: ${String(fallback)})`;
  if (kind === 'choice') return { type: 'text', value: 'WHICH', choices, summary: `${subject}${rest}` };
  if (kind === 'text') return { type: 'text', value: 'TEXT', summary: `${subject}${fallback === null ? '' : rest}` };
  return {
    type: 'number',
    value: 'N',
    integer: kind === 'integer',
    ...(minimum !== null && { minimum }),
    ...(maximum !== null && { maximum }),
    summary: `${subject}${unit === null ? '' : `, in ${unit}`}${rest}`,
  };
}

/** What was given, by the names of the format's form. Throws a usage fault for an option of another format. */
export function givenOptions(type: string, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const format = formats.find((each) => each.type === type)!;
  const own = new Map(format.options.map((option) => [flagOf(option), option]));
  const values: Record<string, unknown> = {};
  for (const flag of Object.keys(formatOptions())) {
    const value = given[flag];
    if (value === undefined || value === false) continue;
    const option = own.get(flag);
    if (!option) throw usage('export', `--${flag} is not an option of the format ${type}`);
    values[option.name] = option.kind === 'flag' ? option.fallback !== true : value;
  }
  return values;
}

export function formatHelp(): string {
  const width = Math.max(...formatNames.map((name) => name.length));
  const lines = ({ type, description, details }: ExportFormat): string[] => [
    `  ${type.padEnd(width)}  ${description}`,
    ...details
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `  ${' '.repeat(width)}  ${line}`),
  ];
  return ['Formats:', ...formats.flatMap(lines)].join('\n');
}
