// What is typed into the fields of the inspector, read; and values as they are shown there.
import type { OptionForm, OptionSpec } from '../../../../engine/layers/options.js';
import type { LayerSpec } from '../../../../engine/layers/modelSpec.js';
import { largestSize } from '../../../../engine/layers/options.js';
import { modelTexts } from '../../../texts/model.js';
import { formatCount } from '../../../components/format.js';
import { valueText } from '../describe/words.js';

export type OptionJson = LayerSpec['options'][string];

/** What a field holds: a value, nothing (the default), or a fault. */
export type Typed =
  | { readonly kind: 'value'; readonly value: OptionJson }
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly text: string };

/** A number as people type it: `0,5`, `1e-3`, `1 000`, and small products as `4*64`. */
export function parseNumber(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/(?<=\d)[\s_](?=\d{3}\b)/g, '')
    .replace(/^−/, '-');
  const product = plain.split(/[*×]/).map((factor) => parsePlain(factor.trim()));
  return product.every((factor) => factor !== undefined)
    ? product.reduce<number>((result, factor) => result * factor, 1)
    : undefined;
}

function parsePlain(text: string): number | undefined {
  const value = Number(text.replace(/^(-?\d*),(\d+)$/, '$1.$2'));
  return text === '' || !Number.isFinite(value) ? undefined : value;
}

/** A list: numbers separated by commas, spaces or ×; brackets may stand around it. */
export function parseList(text: string): number[] | undefined {
  const inner = text
    .trim()
    .replace(/^\[|\]$/g, '')
    .trim();
  if (inner === '') return [];
  const parts = inner.split(/\s*[,;×x]\s*|\s+/).map((part) => parsePlain(part.replace(/^−/, '-')));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** Reads what was typed for an option of one number, a list or a text. */
export function readOption(spec: OptionSpec<unknown>, text: string): Typed {
  if (text.trim() === '' && spec.form.kind !== 'text') return { kind: 'none' };
  const value = parseByForm(spec.form, text);
  const { inspector } = modelTexts;
  if (value === undefined)
    return { kind: 'fault', text: isList(spec.form) ? inspector.invalidList : inspector.invalidNumber(spec.rule) };
  return spec.accepts(value) ? { kind: 'value', value } : { kind: 'fault', text: inspector.invalidNumber(spec.rule) };
}

function isList({ kind }: OptionForm): boolean {
  return kind === 'wholes' || kind === 'decimals';
}

function parseByForm(form: OptionForm, text: string): OptionJson | undefined {
  if (form.kind === 'text') return text;
  return isList(form) ? parseList(text) : parseNumber(text);
}

/** As it stands in a field; empty where the option is not given and has no default. */
export function fieldText(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

/** `default 3`; empty where there is none. */
export function defaultText({ fallback }: OptionSpec<unknown>): string {
  if (fallback === undefined || fallback === null) return '';
  return modelTexts.inspector.byDefault(valueText(fallback as Parameters<typeof valueText>[0]) || '""');
}

/** What the tooltip says: description, limits and unit. */
export function optionHint(spec: OptionSpec<unknown>): string {
  const range = rangeText(spec.form);
  const rule = [range, spec.unit].filter((part) => part !== '').join(' ');
  return [spec.description, rule, defaultText(spec)].filter((part) => part !== '').join('\n');
}

function rangeText(form: OptionForm): string {
  if (!('min' in form)) return '';
  const { min, max } = form;
  if (min <= -1e30 && max >= 1e30) return '';
  const upper = max >= largestSize ? '…' : max >= 1e30 ? '…' : formatNumber(max);
  return modelTexts.inspector.range(min <= -1e30 ? '…' : formatNumber(min), upper);
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(value);
}

/** One step of the arrow keys: whole numbers by one (ten with Shift), others by a tenth of their size. */
export function stepped(form: OptionForm, value: number, direction: 1 | -1, large: boolean): number {
  const [min, max] = 'min' in form ? [form.min, form.max] : [-Infinity, Infinity];
  const isWhole = form.kind !== 'decimal' && form.kind !== 'decimals';
  const size = isWhole ? (large ? 10 : 1) : 10 ** Math.floor(Math.log10(Math.abs(value) || 1) - (large ? 0 : 1));
  const next = Number((value + direction * size).toPrecision(12));
  return Math.max(min, Math.min(max, next));
}

/** `28 × 28, batch` → sizes of a shape: whole numbers and names; `undefined` for what is neither. */
export function parseShape(text: string): (number | string)[] | undefined {
  const inner = text
    .trim()
    .replace(/^\[|\]$/g, '')
    .trim();
  if (inner === '') return [];
  // `x` separates numbers, and begins names.
  const parts = inner.split(/\s*[,;×*]\s*|(?<=\d)\s*x\s*(?=\d)|\s+/);
  const sizes = parts.map((part) => {
    const value = Number(part);
    if (Number.isInteger(value) && value >= 1 && value <= largestSize) return value;
    return /^[A-Za-z_]\w*$/.test(part) && part !== 'batch' ? part : undefined;
  });
  return sizes.every((size) => size !== undefined) && sizes.length <= 7 ? sizes : undefined;
}
