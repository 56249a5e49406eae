// The form of a format: its values, what of them is sent, and what is wrong with them.
import type { ExportFormat, ExportOption } from '../../../contract/services/exports.js';

export type OptionValue = number | boolean | string | readonly number[] | null;
export type FormValues = Readonly<Record<string, OptionValue>>;

export function defaultValues({ options }: ExportFormat): Record<string, OptionValue> {
  return Object.fromEntries(options.map(({ name, fallback }) => [name, fallback]));
}

/** Options that differ from their default; null and blank texts stand for what is left out. */
export function givenOptions(
  { options }: ExportFormat,
  values: FormValues,
): Record<string, number | boolean | string | number[]> {
  const given: Record<string, number | boolean | string | number[]> = {};
  for (const { name, fallback } of options) {
    const value = values[name] ?? null;
    if (value === null || value === fallback) continue;
    if (typeof value === 'string') {
      if (value.trim() !== '') given[name] = value.trim();
    } else given[name] = typeof value === 'object' ? [...value] : value;
  }
  return given;
}

/** The control that an option is shown as. */
export function controlOf({ kind, choices }: ExportOption): 'segments' | 'select' | 'switch' | 'number' | 'text' {
  if (kind === 'flag') return 'switch';
  if (kind === 'choice') return choices.length <= 3 ? 'segments' : 'select';
  return kind === 'text' ? 'text' : 'number';
}

/** The name of the file that is written, or of the folder. */
export function fileName({ endings }: ExportFormat, name: string): string {
  return `${name}${endings[0] ?? ''}`;
}

/** A path with the format's ending, whatever was typed; folders have none. */
export function withEnding({ endings }: ExportFormat, path: string): string {
  const [ending] = endings;
  return ending === undefined || path.toLowerCase().endsWith(ending) ? path : `${path}${ending}`;
}

/** Every file that an export to this path writes. */
export function writtenPaths({ endings }: ExportFormat, path: string): string[] {
  const [first = ''] = endings;
  const stem = path.slice(0, path.length - first.length);
  return endings.map((ending) => `${stem}${ending}`);
}
