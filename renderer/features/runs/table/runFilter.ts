// The filter of the runs table: words, `field:value`, and comparisons such as `val_accuracy > 0.9`; all must hold.
import type { Parameter } from '../../../../contract/run.js';
import type { RunRecord } from '../../../../contract/services/runs.js';

export type Comparison = '>=' | '<=' | '!=' | '>' | '<' | '=';

export const filterFields = ['status', 'data', 'model', 'tag', 'backend', 'name', 'is'] as const;
export type FilterField = (typeof filterFields)[number];

export type FilterTerm =
  | { readonly kind: 'word'; readonly text: string; readonly not: boolean }
  /** One of the values is enough. */
  | { readonly kind: 'field'; readonly field: FilterField; readonly values: readonly string[]; readonly not: boolean }
  /** A metric or a parameter. */
  | {
      readonly kind: 'comparison';
      readonly name: string;
      readonly comparison: Comparison;
      readonly value: number | string;
    };

export interface FilterFault {
  /** What cannot be understood. */
  readonly text: string;
  readonly reason: 'field' | 'value';
}

export interface RunFilter {
  readonly terms: readonly FilterTerm[];
  readonly faults: readonly FilterFault[];
}

/** Quotes keep blanks together; a minus in front turns a term around. */
export function parseFilter(text: string): RunFilter {
  const terms: FilterTerm[] = [];
  const faults: FilterFault[] = [];
  for (const token of tokensOf(text)) {
    const term = parseTerm(token);
    if ('reason' in term) faults.push(term);
    else terms.push(term);
  }
  return { terms, faults };
}

/** Blanks around a comparison belong to it. */
function tokensOf(text: string): string[] {
  const joined = text.replace(/\s*(>=|<=|!=|>|<|=)\s*/g, '$1');
  return joined.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
}

function parseTerm(token: string): FilterTerm | FilterFault {
  const compared = /^([^<>=!:"]+|"[^"]+")(>=|<=|!=|>|<|=)(.*)$/.exec(token);
  if (compared) return parseComparison(token, compared[1]!, compared[2] as Comparison, compared[3]!);
  const not = token.startsWith('-') && token.length > 1;
  const rest = not ? token.slice(1) : token;
  const colon = /^([a-z]+):(.+)$/i.exec(rest);
  if (!colon) return { kind: 'word', text: unquoted(rest).toLowerCase(), not };
  const field = filterFields.find((known) => known === colon[1]!.toLowerCase());
  if (!field) return { text: token, reason: 'field' };
  const values = (colon[2]!.match(/(?:"[^"]*"|[^,])+/g) ?? []).map((value) => unquoted(value).toLowerCase());
  return values.length > 0 ? { kind: 'field', field, values, not } : { text: token, reason: 'value' };
}

function parseComparison(token: string, name: string, comparison: Comparison, given: string): FilterTerm | FilterFault {
  const text = unquoted(given);
  if (text === '') return { text: token, reason: 'value' };
  const number = Number(text);
  const isEquality = comparison === '=' || comparison === '!=';
  if (Number.isNaN(number) && !isEquality) return { text: token, reason: 'value' };
  return {
    kind: 'comparison',
    name: unquoted(name),
    comparison,
    value: Number.isNaN(number) ? text.toLowerCase() : number,
  };
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

/** Archived runs are shown only where the filter speaks of them. */
export function matchesFilter(run: RunRecord, { terms }: RunFilter): boolean {
  const speaksOfArchive = terms.some((term) => term.kind === 'field' && term.field === 'is');
  if (run.archived && !speaksOfArchive) return false;
  return terms.every((term) => holds(run, term));
}

function holds(run: RunRecord, term: FilterTerm): boolean {
  if (term.kind === 'comparison') return compares(valueOf(run, term.name), term.comparison, term.value);
  const found =
    term.kind === 'word' ? contains(run, term.text) : term.values.some((value) => has(run, term.field, value));
  return found !== term.not;
}

function contains({ run, name, data, model, tags, notes }: RunRecord, text: string): boolean {
  return [run, name, data, model, notes, ...tags].some((part) => part.toLowerCase().includes(text));
}

function has(run: RunRecord, field: FilterField, value: string): boolean {
  if (field === 'tag') return run.tags.some((tag) => tag.toLowerCase() === value);
  if (field === 'is') return value === 'all' || (value === 'archived' && run.archived);
  if (field === 'status' || field === 'backend') return run[field].toLowerCase() === value;
  return run[field].toLowerCase().includes(value);
}

/** A metric, a parameter or one of the record's own numbers, by name without regard to case. */
export function valueOf(run: RunRecord, name: string): Parameter | undefined {
  const own: Readonly<Record<string, Parameter>> = { step: run.step, epoch: run.epoch, seed: run.seed };
  for (const values of [run.metrics, run.parameters, own]) {
    if (name in values) return values[name];
    const key = Object.keys(values).find((known) => known.toLowerCase() === name.toLowerCase());
    if (key !== undefined) return values[key];
  }
  return undefined;
}

/** What is not there is less than nothing, greater than nothing and equal to nothing. */
function compares(found: Parameter | undefined, comparison: Comparison, value: number | string): boolean {
  if (found === undefined || found === null) return false;
  if (typeof value === 'number' && typeof found === 'number') {
    if (comparison === '>') return found > value;
    if (comparison === '<') return found < value;
    if (comparison === '>=') return found >= value;
    if (comparison === '<=') return found <= value;
    return (found === value) === (comparison === '=');
  }
  return (String(found).toLowerCase() === String(value)) === (comparison === '=');
}

/** The text with a value of a field switched on or off; fields that are left empty go. */
export function toggledValue(text: string, field: FilterField, value: string): string {
  const tokens = tokensOf(text);
  const index = tokens.findIndex((token) => token.toLowerCase().startsWith(`${field}:`));
  const present = index < 0 ? [] : valuesIn(tokens[index]!);
  const lower = value.toLowerCase();
  const next = present.some((one) => one.toLowerCase() === lower)
    ? present.filter((one) => one.toLowerCase() !== lower)
    : [...present, value];
  const token = next.length > 0 ? `${field}:${next.map(quoted).join(',')}` : '';
  if (index < 0) tokens.push(token);
  else tokens[index] = token;
  return tokens.filter((one) => one !== '').join(' ');
}

/** Which values of a field the text asks for, in lower case. */
export function chosenValues({ terms }: RunFilter, field: FilterField): ReadonlySet<string> {
  return new Set(
    terms.flatMap((term) => (term.kind === 'field' && term.field === field && !term.not ? term.values : [])),
  );
}

function valuesIn(token: string): string[] {
  const values = token.slice(token.indexOf(':') + 1).match(/(?:"[^"]*"|[^,])+/g) ?? [];
  return values.map(unquoted);
}

function quoted(value: string): string {
  return /[\s,]/.test(value) ? `"${value}"` : value;
}
