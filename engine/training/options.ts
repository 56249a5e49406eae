// Typed options of losses, metrics, optimizers and schedules: from one declaration come the TypeScript type, the
// defaults, validation and the editor's form.
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';

export type OptionValue = number | boolean | string | readonly number[];

export interface OptionSpec<T extends OptionValue | undefined = OptionValue | undefined> {
  readonly kind: 'number' | 'integer' | 'flag' | 'choice' | 'numbers';
  /** The value when absent; `undefined` means «not given». */
  readonly fallback: T;
  /** What the form shows. */
  readonly title: string;
  readonly limits: OptionLimits;
  readonly choices?: readonly string[];
}

export interface OptionLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  /** Bounds that the value must not reach. */
  readonly above?: number;
  readonly below?: number;
  /** `epochs`, `steps` … */
  readonly unit?: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
/** The values of declared options, defaults filled in. */
export type OptionValues<S> = { readonly [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : never };
/** What JSON says; anything left out takes its default. */
export type OptionArguments = Readonly<Record<string, OptionValue | undefined>>;

export function number(fallback: number, title: string, limits: OptionLimits = {}): OptionSpec<number> {
  return { kind: 'number', fallback, title, limits };
}

export function optionalNumber(title: string, limits: OptionLimits = {}): OptionSpec<number | undefined> {
  return { kind: 'number', fallback: undefined, title, limits };
}

export function integer(fallback: number, title: string, limits: OptionLimits = {}): OptionSpec<number> {
  return { kind: 'integer', fallback, title, limits };
}

export function optionalInteger(title: string, limits: OptionLimits = {}): OptionSpec<number | undefined> {
  return { kind: 'integer', fallback: undefined, title, limits };
}

export function flag(fallback: boolean, title: string): OptionSpec<boolean> {
  return { kind: 'flag', fallback, title, limits: {} };
}

/** One of a closed list of words. */
export function choice<const C extends readonly string[]>(
  choices: C,
  fallback: C[number],
  title: string,
): OptionSpec<C[number]> {
  return { kind: 'choice', fallback, title, limits: {}, choices };
}

/** A list of numbers; the limits hold for each. */
export function numbers(
  fallback: readonly number[],
  title: string,
  limits?: OptionLimits,
): OptionSpec<readonly number[]> {
  return { kind: 'numbers', fallback, title, limits: limits ?? {} };
}

/** A list of numbers that may be left out. */
export function optionalNumbers(title: string, limits: OptionLimits = {}): OptionSpec<readonly number[] | undefined> {
  return { kind: 'numbers', fallback: undefined, title, limits };
}

/** All faults of the given options; `subject` starts each message: `Optimizer adam`. */
export function validateOptions(specs: OptionSpecs, given: OptionArguments, subject: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const declared = specs[name];
    const report = (code: string, sentence: string): void => {
      found.push({ code, severity: 'error', message: `${subject}: ${sentence}`, place: { port: name } });
    };
    if (!declared) report('option.unknown', `no option is named ${name}; there are ${Object.keys(specs).join(', ')}`);
    else if (!hasKind(declared, value))
      report('option.kind', `${name} must be ${describe(declared)}, got ${show(value)}`);
    else if (!isWithin(declared.limits, value))
      report('option.range', `${name} must be ${describe(declared)}, got ${show(value)}`);
  }
  return found;
}

/** The options with defaults filled in. Throws `option.*` with all faults. */
export function resolveOptions<S extends OptionSpecs>(
  specs: S,
  given: OptionArguments,
  subject: string,
): OptionValues<S> {
  const faults = validateOptions(specs, given, subject);
  const first = faults[0];
  if (first) throw new EngineError(first.code, faults.map(({ message }) => message).join('\n'), first.place, faults);
  const values = Object.entries(specs).map(([name, spec]) => [name, given[name] ?? spec.fallback]);
  return Object.fromEntries(values) as OptionValues<S>;
}

function hasKind({ kind, choices }: OptionSpec, value: OptionValue): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number' && !Number.isNaN(value);
    case 'integer':
      return Number.isInteger(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string' && choices!.includes(value);
    case 'numbers':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'number' && !Number.isNaN(entry));
  }
}

function isWithin(limits: OptionLimits, value: OptionValue): boolean {
  if (typeof value === 'object') return value.every((entry) => isWithin(limits, entry));
  if (typeof value !== 'number') return true;
  const { minimum, maximum, above, below } = limits;
  return (
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}

/** «a number, at least 0, below 1». */
function describe({ kind, limits, choices }: OptionSpec): string {
  const names = {
    number: 'a number',
    integer: 'a whole number',
    flag: 'true or false',
    choice: `one of ${choices?.join(', ') ?? ''}`,
    numbers: 'a list of numbers',
  };
  const bounds = [
    limits.minimum !== undefined && `at least ${limits.minimum}`,
    limits.above !== undefined && `above ${limits.above}`,
    limits.maximum !== undefined && `at most ${limits.maximum}`,
    limits.below !== undefined && `below ${limits.below}`,
  ];
  return [names[kind], ...bounds.filter((bound) => bound !== false)].join(', ');
}

function show(value: OptionValue): string {
  return JSON.stringify(value);
}
