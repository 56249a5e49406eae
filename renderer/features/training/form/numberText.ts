// Numbers of forms as text and back: short, exact, also as `1e-8`.

export interface NumberLimits {
  readonly integer?: boolean | undefined;
  readonly minimum?: number | null | undefined;
  readonly maximum?: number | null | undefined;
  readonly above?: number | null | undefined;
  readonly below?: number | null | undefined;
}

export function numberText(value: number | null): string {
  if (value === null) return '';
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential().replace('e+', 'e');
  return String(value);
}

/** undefined: it is no number. A comma is a decimal point. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replaceAll(/[\s_]/g, '').replace(',', '.');
  if (plain === '') return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** The numbers of a list: `1, 2.5, 10`; undefined where one is none. */
export function parseNumbers(text: string): number[] | undefined {
  const parts = text
    .split(/[\s;,]+/)
    .filter((part) => part !== '')
    .map(parseNumber);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** The next number up or down: rates change by factors (1, 2, 5, 10 …), counts by ones. */
export function stepped(value: number, direction: 1 | -1, { integer, ...limits }: NumberLimits): number {
  const next = integer ? Math.round(value) + direction : nextRound(value, direction);
  return within(next, value, limits);
}

const marks = [1, 2, 5, 10];

function nextRound(value: number, direction: 1 | -1): number {
  if (value === 0) return direction === 1 ? 0.01 : 0;
  if (value < 0) return -nextRound(-value, direction === 1 ? -1 : 1);
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const share = value / power;
  const above = marks.find((mark) => mark > share * (1 + 1e-9)) ?? 20;
  const below = [0.5, ...marks].reverse().find((mark) => mark < share * (1 - 1e-9)) ?? 0.5;
  return Number(((direction === 1 ? above : below) * power).toPrecision(12));
}

function within(next: number, before: number, { minimum, maximum, above, below }: NumberLimits): number {
  if (typeof minimum === 'number' && next < minimum) return minimum;
  if (typeof maximum === 'number' && next > maximum) return maximum;
  if ((typeof above === 'number' && next <= above) || (typeof below === 'number' && next >= below)) return before;
  return next;
}
