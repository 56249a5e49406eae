// Typed options of a layer: from one declaration come the TypeScript type, the defaults, validation and the editor's form.

/** What a form needs to draw the control. */
export type OptionForm =
  | { readonly kind: 'whole' | 'decimal'; readonly min: number; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'text'; readonly longest: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'wholes' | 'decimals'; readonly min: number; readonly max: number; readonly longest: number }
  | { readonly kind: 'perAxis'; readonly axes: number; readonly min: number; readonly max: number }
  | { readonly kind: 'padding'; readonly axes: number };

export interface OptionSpec<T> {
  readonly form: OptionForm;
  readonly label: string;
  readonly unit: string;
  readonly description: string;
  /** The value when absent; `undefined` with `required: false` means «not given». */
  readonly fallback: T | undefined;
  readonly required: boolean;
  /** What a value must be, for messages: `a whole number from 1 to 16`. */
  readonly rule: string;
  accepts(value: unknown): boolean;
  /** Only ever mentioned in types. */
  readonly type?: T;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;
export type OptionValues<S> = { readonly [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : never };

interface Wording<T> {
  readonly label: string;
  readonly unit?: string;
  readonly description?: string;
  /** Left out, the option is required. */
  readonly fallback?: T;
}

function option<T>(
  form: OptionForm,
  wording: Wording<T>,
  rule: string,
  accepts: (value: unknown) => boolean,
): OptionSpec<T> {
  const { label, unit = '', description = '', fallback } = wording;
  return { form, label, unit, description, fallback, required: fallback === undefined, rule, accepts };
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** The largest size that any single option may name. */
export const largestSize = 2 ** 24;

function isWhole(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function isDecimal(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max;
}

/** A whole number; by default from 1 to {@link largestSize}. */
export function whole({ min = 1, max = largestSize, ...wording }: Wording<number> & Range): OptionSpec<number> {
  const rule = `a whole number from ${min} to ${max}`;
  return option({ kind: 'whole', min, max }, wording, rule, (value) => isWhole(value, min, max));
}

/** Any finite number in the (closed) range. */
export function decimal({ min = -1e30, max = 1e30, ...wording }: Wording<number> & Range): OptionSpec<number> {
  const rule = `a number from ${min} to ${max}`;
  return option({ kind: 'decimal', min, max }, wording, rule, (value) => isDecimal(value, min, max));
}

export function flag(wording: Wording<boolean>): OptionSpec<boolean> {
  return option({ kind: 'flag' }, wording, 'true or false', (value) => typeof value === 'boolean');
}

export function text({ longest = 1000, ...wording }: Wording<string> & { longest?: number }): OptionSpec<string> {
  const accepts = (value: unknown): boolean => typeof value === 'string' && value.length <= longest;
  return option({ kind: 'text', longest }, wording, `text of at most ${longest} characters`, accepts);
}

/** One of a closed list of words. */
export function choice<const C extends readonly string[]>(
  choices: C,
  wording: Wording<C[number]>,
): OptionSpec<C[number]> {
  const accepts = (value: unknown): boolean => typeof value === 'string' && choices.includes(value);
  return option({ kind: 'choice', choices }, wording, `one of ${choices.join(', ')}`, accepts);
}

/** A list of whole numbers. */
export function wholes({
  min = 1,
  max = largestSize,
  longest = 8,
  ...wording
}: Wording<readonly number[]> & Range & { longest?: number }): OptionSpec<readonly number[]> {
  const rule = `a list of at most ${longest} whole numbers from ${min} to ${max}`;
  return option({ kind: 'wholes', min, max, longest }, wording, rule, (value) =>
    isListOf(value, longest, (member) => isWhole(member, min, max)),
  );
}

/** A list of finite numbers. */
export function decimals({
  longest = 65536,
  ...wording
}: Wording<readonly number[]> & { longest?: number }): OptionSpec<readonly number[]> {
  const [min, max] = [-1e30, 1e30];
  const rule = `a list of at most ${longest} numbers`;
  return option({ kind: 'decimals', min, max, longest }, wording, rule, (value) =>
    isListOf(value, longest, (member) => isDecimal(member, min, max)),
  );
}

/** One whole number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];

/** A {@link PerAxis} number: kernel, stride, dilation. */
export function perAxis(
  axes: number,
  { min = 1, max = 4096, ...wording }: Wording<PerAxis> & Range,
): OptionSpec<PerAxis> {
  const rule = `a whole number from ${min} to ${max}, or a list of ${axes}`;
  return option({ kind: 'perAxis', axes, min, max }, wording, rule, (value) =>
    isPerAxis(value, axes, (member) => isWhole(member, min, max)),
  );
}

/** `same` (output = ⌈input ÷ stride⌉), `valid` (none), or elements on both sides: of all axes, or of each. */
export type Padding = 'same' | 'valid' | PerAxis;

export function padding(axes: number, wording: Wording<Padding>): OptionSpec<Padding> {
  const rule = `'same', 'valid', a whole number from 0 to 4096, or a list of ${axes}`;
  return option(
    { kind: 'padding', axes },
    wording,
    rule,
    (value) => value === 'same' || value === 'valid' || isPerAxis(value, axes, (member) => isWhole(member, 0, 4096)),
  );
}

/** The option may be left out and has no default. */
export function optional<T>(spec: OptionSpec<T>): OptionSpec<T | undefined> {
  return { ...spec, required: false, fallback: undefined };
}

/** One number an axis. */
export function eachAxis(value: PerAxis, axes: number): number[] {
  return typeof value === 'number' ? new Array<number>(axes).fill(value) : [...value];
}

function isListOf(value: unknown, longest: number, accepts: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= longest && value.every(accepts);
}

function isPerAxis(value: unknown, axes: number, accepts: (member: unknown) => boolean): boolean {
  return accepts(value) || (Array.isArray(value) && value.length === axes && value.every(accepts));
}
