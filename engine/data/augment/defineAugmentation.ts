// What a transform of the augmentation is: options, and what it does to one image by its draws.
import type { Diagnostic } from '../../ir/diagnostic.js';
import type { OptionSpecs, OptionValues } from '../../layers/options.js';
import type { Draws } from './draws.js';
import type { Edges } from './edges.js';
import type { Matrix, Size } from './matrix.js';

export type AugmentationValue = number | boolean | string;
/** What JSON says; anything left out takes its default. */
export type AugmentationArguments = Readonly<Record<string, AugmentationValue>>;

/** How a data set's images lie in memory: channels × height × width, in the values that they are stored in. */
export interface ImageFormat extends Size {
  readonly channels: number;
  /** White: 255 for bytes, 1 otherwise; black is 0. */
  readonly white: number;
  /** Whether values beyond black and white are brought back to them: bytes have none. */
  readonly clamped: boolean;
}

/** An image on its way through the pipeline. */
export interface Canvas extends Size {
  readonly channels: number;
  readonly white: number;
  /** Changed in place. */
  readonly data: Float32Array;
  /** At least as long as `data`; its content means nothing. */
  readonly scratch: Float32Array;
}

export interface Placement {
  /** From places of the new picture to those of the one before. */
  readonly matrix: Matrix;
  /** Undefined where nothing beyond the edges is looked at. */
  readonly edges: Edges | undefined;
  /** Of the new picture. */
  readonly size: Size;
}

/** One rectangle, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How much of a partner comes into an image: everywhere, or all of it within a box. */
export interface Blend {
  /** Share of the image itself, 0 to 1. */
  readonly share: number;
  readonly box?: Box;
}

export interface GeometryContext<O> {
  readonly options: O;
  readonly draws: Draws;
  /** Of the picture as it is now. */
  readonly size: Size;
  /** Of the data set's images. */
  readonly target: Size;
}

export const augmentationGroups = ['geometry', 'colour', 'noise', 'mixing'] as const;
export type AugmentationGroup = (typeof augmentationGroups)[number];

/** Two options that are the ends of one range: the first must not exceed the second. */
export interface OptionRange {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** What a slider reaches, where usual values are a small part of those that are accepted. */
  readonly usual?: readonly [least: number, most: number];
}

interface Description<S> {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly group: AugmentationGroup;
  readonly options: S;
  /** How often it is applied where the pipeline does not say. */
  readonly probability: number;
  readonly ranges?: readonly OptionRange[];
  /** Options that mean nothing for these values of the others, or for images of so many channels. */
  idle?(options: Readonly<Record<string, unknown>>, channels: number): readonly string[];
  /** About how long it takes, in nanoseconds a number of the image. */
  readonly nanoseconds: number;
}

/** Geometry says where each pixel comes from, so that neighbours in the pipeline become one resampling. */
interface Geometry<O> {
  readonly kind: 'geometry';
  place(context: GeometryContext<O>): Placement;
}

interface Pixels<O> {
  readonly kind: 'pixels';
  apply(canvas: Canvas, options: O, draws: Draws): void;
}

interface Mixing<O> {
  readonly kind: 'mixing';
  /** Called once for a pipeline, so that tables which depend on the options alone are kept. Draw 0 picks the partner. */
  blender(options: O): (draws: Draws, target: Size) => Blend;
}

type Action<O> = Geometry<O> | Pixels<O> | Mixing<O>;

export type AugmentationDeclaration<S extends OptionSpecs> = Description<S> & Action<OptionValues<S>>;

/** A transform whose option types have been checked and can be forgotten; options have their defaults filled in. */
export type AugmentationDefinition = Description<OptionSpecs> & Action<Readonly<Record<string, unknown>>>;

export function defineAugmentation<const S extends OptionSpecs>(
  declaration: AugmentationDeclaration<S>,
): AugmentationDefinition {
  return declaration;
}

/** Every fault of the given options; `path` is the transform's place in the document. */
export function optionFaults(
  { type, options: specs, ranges = [] }: AugmentationDefinition,
  given: AugmentationArguments,
  path: string,
): Diagnostic[] {
  const faults: Diagnostic[] = [];
  const fault = (code: string, option: string, sentence: string): void => {
    const message = `Augmentation ${type}: ${sentence}`;
    faults.push({ code, severity: 'error', message, place: { path: `${path}.options.${option}`, port: option } });
  };
  for (const [name, value] of Object.entries(given)) {
    const spec = specs[name];
    if (!spec) fault('augment.option', name, `no option is named ${name}; there are ${Object.keys(specs).join(', ')}`);
    else if (!spec.accepts(value))
      fault('augment.option', name, `${name} must be ${spec.rule}, got ${JSON.stringify(value)}`);
  }
  const values = withDefaults(specs, given);
  for (const { from, to } of ranges)
    if (faults.length === 0 && (values[from] as number) > (values[to] as number))
      fault(
        'augment.range',
        from,
        `${from} must not exceed ${to}, got ${String(values[from])} and ${String(values[to])}`,
      );
  return faults;
}

/** The options with defaults filled in. */
export function withDefaults(specs: OptionSpecs, given: AugmentationArguments): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(specs).map(([name, { fallback }]) => [name, given[name] ?? fallback]));
}
