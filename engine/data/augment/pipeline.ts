// The augmentation of a training as JSON: an ordered list of transforms, saved with the run.
import * as z from 'zod';
import { EngineError, type Diagnostic } from '../../ir/diagnostic.js';
import { optionFaults, withDefaults, type AugmentationDefinition } from './defineAugmentation.js';
import { augmentationOf, findAugmentation } from './index.js';

const optionValue = z.union([z.number(), z.boolean(), z.string().max(100)]);

/** More are a mistake: each one takes its time for every image. */
export const mostTransforms = 32;
/** An image with n of them is made of up to 2ⁿ images. */
export const mostMixings = 2;

const transformSchema = z.strictObject({
  type: z.string().min(1).max(60),
  /** Switched off it keeps its place, and with it the draws of the others. */
  enabled: z.boolean().default(true),
  /** How often it is applied; left out, the transform's own. */
  probability: z.number().min(0).max(1).optional(),
  options: z.record(z.string().max(60), optionValue).default({}),
});

export const augmentationSchema = z.strictObject({
  version: z.literal(1).default(1),
  transforms: z.array(transformSchema).max(mostTransforms),
});

/** As JSON gives it, defaults left out. */
export type AugmentationSource = z.input<typeof augmentationSchema>;
export type Augmentation = z.infer<typeof augmentationSchema>;
export type AugmentationTransform = Augmentation['transforms'][number];

/** A transform that is switched on, with everything filled in. */
export interface ResolvedTransform {
  /** In the pipeline, those that are switched off counted: part of the key of its draws. */
  readonly place: number;
  readonly definition: AugmentationDefinition;
  readonly probability: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Every fault of the transforms, those that are switched off too; each has a path such as `transforms[2].options.alpha`. */
export function augmentationFaults({ transforms }: Augmentation): Diagnostic[] {
  const faults = transforms.flatMap(({ type, options }, place): Diagnostic[] => {
    const definition = findAugmentation(type);
    const path = `transforms[${place}]`;
    if (definition) return optionFaults(definition, options, path);
    try {
      augmentationOf(type);
      return [];
    } catch (error) {
      const { code, message } = error as EngineError;
      return [{ code, severity: 'error', message, place: { path } }];
    }
  });
  const mixings = transforms.flatMap(({ type, enabled }, place) =>
    enabled && findAugmentation(type)?.kind === 'mixing' ? [place] : [],
  );
  if (mixings.length > mostMixings)
    faults.push({
      code: 'augment.mixings',
      severity: 'error',
      message: `Augmentation: at most ${mostMixings} transforms may mix images, got ${mixings.length}; switch one off`,
      place: { path: `transforms[${mixings[mostMixings]!}]` },
    });
  return faults;
}

/** The transforms that are switched on. Throws `augment.*` with all faults. */
export function resolveAugmentation(augmentation: Augmentation): ResolvedTransform[] {
  const faults = augmentationFaults(augmentation);
  const [first] = faults;
  if (first) throw new EngineError(first.code, faults.map(({ message }) => message).join('\n'), first.place, faults);
  return augmentation.transforms.flatMap(({ type, enabled, probability, options }, place): ResolvedTransform[] => {
    const definition = augmentationOf(type);
    if (!enabled) return [];
    const values = withDefaults(definition.options, options);
    return [{ place, definition, probability: probability ?? definition.probability, options: values }];
  });
}

/** Whether targets are mixed. */
export function mixesTargets({ transforms }: Augmentation): boolean {
  return transforms.some(({ type, enabled }) => enabled && findAugmentation(type)?.kind === 'mixing');
}

/** Whether a transform spoils the image: a reconstruction is to be of what it was without. */
export function corrupts({ group }: Pick<AugmentationDefinition, 'group'>): boolean {
  return group === 'noise';
}

/** Whether input and target of a reconstruction differ. */
export function corruptsImages({ transforms }: Augmentation): boolean {
  return transforms.some(({ type, enabled }) => {
    const definition = enabled ? findAugmentation(type) : undefined;
    return definition !== undefined && corrupts(definition);
  });
}

/** About how long the transforms take, in nanoseconds a number of the image. */
export function augmentationTime(augmentation: Augmentation): number {
  return resolveAugmentation(augmentation).reduce(
    (sum, { definition, probability }) => sum + definition.nanoseconds * probability,
    0,
  );
}

/** Whether anything is done at all. */
export function isActive(augmentation: Augmentation | undefined): augmentation is Augmentation {
  return augmentation?.transforms.some(({ enabled }) => enabled) ?? false;
}

/**
 * A document that a person wrote.
 * @throws EngineError `augment.invalid` for its form, `augment.*` for its transforms
 */
export function readAugmentation(document: unknown): Augmentation {
  const parsed = augmentationSchema.safeParse(document);
  if (!parsed.success) throw new EngineError('augment.invalid', `Augmentation: ${z.prettifyError(parsed.error)}`);
  resolveAugmentation(parsed.data);
  return parsed.data;
}
