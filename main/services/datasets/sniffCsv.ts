// The layout of a table from its first lines: delimiter, header, column names.
import type { ReaderOf } from './description.js';
import { dataFault } from './readBounded.js';

export interface CsvLayout {
  readonly delimiter: string;
  readonly skip: number;
  readonly header: boolean;
  readonly names: readonly string[];
}

const delimiters = [',', ';', '\t', '|'];
const sniffedBytes = 65_536;
const mostColumns = 10_000;

/** What the reader's options leave open is decided from the first two lines after `skip`. */
export function sniffCsv(bytes: Uint8Array, reader: ReaderOf<'csv'>, file: string): CsvLayout {
  const text = new TextDecoder().decode(bytes.subarray(0, sniffedBytes));
  const skip = reader.skip ?? 0;
  const lines = text.split(/\r\n|\n|\r/).slice(skip);
  const first = lines[0] ?? '';
  if (bytes.length === 0 || first.trim() === '')
    throw dataFault('csv', file, `a table must have at least one row, got an empty line ${skip + 1}`);
  const delimiter = reader.delimiter ?? mostFrequent(first);
  const fields = splitLine(first, delimiter);
  if (fields.length > mostColumns)
    throw dataFault('csv', file, `at most ${mostColumns} columns are read, got ${fields.length}`);
  const header = reader.header ?? looksLikeHeader(fields, splitLine(lines[1] ?? '', delimiter));
  const names =
    reader.names ?? (header ? fields.map((field) => field.trim()) : fields.map((_, index) => `column ${index + 1}`));
  if (names.length !== fields.length)
    throw dataFault(
      'csv',
      file,
      `${names.length} names are given, but line ${skip + 1} has ${fields.length} fields separated by ${JSON.stringify(delimiter)}`,
    );
  return { delimiter, skip, header, names: distinctNames(names) };
}

function mostFrequent(line: string): string {
  const counts = delimiters.map((delimiter) => splitLine(line, delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))]!;
}

/** Fields of one line; quotes as in RFC 4180. */
export function splitLine(line: string, delimiter: string): string[] {
  const fields = [''];
  let inQuotes = false;
  for (const character of line) {
    if (character === '"') inQuotes = !inQuotes;
    else if (character === delimiter && !inQuotes) fields.push('');
    else fields.push(`${fields.pop() ?? ''}${character}`);
  }
  return fields;
}

const isNumeric = (field: string) => field.trim() !== '' && Number.isFinite(Number(field));

/** A header has no numbers, where the line below has some or where all its names differ. */
function looksLikeHeader(first: readonly string[], second: readonly string[]): boolean {
  if (first.some((field) => isNumeric(field) || field.trim() === '')) return false;
  return second.some(isNumeric) || first.every((field, index) => field !== second[index]);
}

function distinctNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name, index) => {
    let unique = name === '' ? `column ${index + 1}` : name;
    while (used.has(unique)) unique += ` (${index + 1})`;
    used.add(unique);
    return unique;
  });
}
