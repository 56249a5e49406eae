// From a transform's declaration to the controls of its form: sliders with sensible steps, ranges with two ends, choices, switches.
import type { AugmentationDefinition } from '../../../../engine/data/augment/defineAugmentation.js';
import type { OptionSpec } from '../../../../engine/layers/options.js';

export interface NumberScale {
  /** Of the slider; the field takes all that the option accepts. */
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Accepted at all. */
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  /** Shown × 100 with a percent sign. */
  readonly percent: boolean;
  /** `±` where the value is the bound of a draw to both sides. */
  readonly prefix: string;
  /** `%`, `°`, `px`, `×`. */
  readonly suffix: string;
}

interface Labelled {
  readonly label: string;
  /** What it means, and in which unit. */
  readonly hint: string;
}

export type OptionControl =
  | (Labelled & { readonly kind: 'number'; readonly name: string; readonly scale: NumberScale })
  | (Labelled & { readonly kind: 'range'; readonly from: string; readonly to: string; readonly scale: NumberScale })
  | (Labelled & { readonly kind: 'choice'; readonly name: string; readonly choices: readonly string[] })
  | (Labelled & { readonly kind: 'flag'; readonly name: string });

export interface ImageFacts {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

/** In the order of the declaration, without options that mean nothing for the others' values. */
export function optionControls(
  definition: AugmentationDefinition,
  values: Readonly<Record<string, unknown>>,
  image: ImageFacts,
): OptionControl[] {
  const { options, ranges = [] } = definition;
  const hidden = new Set(definition.idle?.(values, image.channels));
  return Object.entries(options).flatMap(([name, spec]): OptionControl[] => {
    if (hidden.has(name) || ranges.some(({ to }) => to === name)) return [];
    const range = ranges.find(({ from }) => from === name);
    const hint = hintOf(spec);
    if (range) {
      const { from, to, label, usual } = range;
      return [{ kind: 'range', from, to, label, hint, scale: scaleOf(spec, image, usual) }];
    }
    const { label, form } = spec;
    if (form.kind === 'choice') return [{ kind: 'choice', name, label, hint, choices: form.choices }];
    if (form.kind === 'flag') return [{ kind: 'flag', name, label, hint }];
    return [{ kind: 'number', name, label, hint, scale: scaleOf(spec, image) }];
  });
}

const percentUnit = /^(± )?share/;

function hintOf({ description, unit }: OptionSpec<unknown>): string {
  const of = unit.replace(percentUnit, '').trim();
  return [description, percentUnit.test(unit) && of !== '' ? `In percent ${of}` : '']
    .filter((part) => part !== '')
    .join('. ');
}

/** Pixels beyond half of the image are allowed, but no place for a slider. */
function scaleOf(
  { form, unit }: OptionSpec<unknown>,
  { width, height }: ImageFacts,
  usual?: readonly [number, number],
): NumberScale {
  const { min: least, max: most } = form as { readonly min: number; readonly max: number };
  const whole = form.kind === 'whole';
  const half = Math.max(1, Math.floor(Math.min(width, height) / 2));
  const [min, end] = usual ?? [least, most];
  const max = unit === 'px' ? Math.min(end, half) : end;
  const percent = percentUnit.test(unit);
  return {
    min,
    max,
    least,
    most,
    step: whole ? 1 : stepOf(max - min),
    whole,
    percent,
    prefix: unit.startsWith('±') ? '±' : '',
    suffix: percent ? '%' : unit.replace('±', '').trim(),
  };
}

/** The largest of 1, 2, 5 × 10ᵏ that divides the way into at least a hundred. */
export function stepOf(span: number): number {
  const raw = (span * 1.0000001) / 100;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= raw) ?? 1;
  return Number((factor * power).toPrecision(3));
}

/** `10`, `12.5`; of percents the number before the sign. */
export function shownNumber(value: number, { percent }: Pick<NumberScale, 'percent'>): string {
  return String(Number((percent ? value * 100 : value).toPrecision(4)));
}

/** What a person wrote, brought into the bounds; nothing where it is no number. */
export function typedNumber(text: string, { percent, whole, least, most }: NumberScale): number | undefined {
  const cleaned = text
    .replace(/[%°×±]|px/g, '')
    .trim()
    .replace(',', '.');
  const typed = cleaned === '' ? NaN : Number(cleaned);
  if (!Number.isFinite(typed)) return undefined;
  const value = percent ? Number((typed / 100).toPrecision(6)) : typed;
  return Math.max(least, Math.min(most, whole ? Math.round(value) : value));
}

/** `± 10 °`, `90 %`: with its unit. */
export function numberWithUnit(value: number, scale: NumberScale): string {
  const unit = scale.suffix === '' ? '' : scale.suffix === '°' ? '°' : `\u202f${scale.suffix}`;
  return `${scale.prefix}${shownNumber(value, scale)}${unit}`;
}
