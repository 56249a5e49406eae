// What a loss is: a number for every element of a batch, and the weight it has in the mean.
import type { MixedTarget } from '../../data/augment/augmentExamples.js';
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { resolveOptions, type OptionArguments, type OptionSpecs, type OptionValues } from '../options.js';
import type { TargetKind } from '../targets.js';

/** As JSON says it. */
export interface LossSpec {
  readonly type: string;
  readonly options: OptionArguments;
}

export interface LossContext<O> {
  readonly emit: Emit;
  /** float32, [B, …]. */
  readonly prediction: Value;
  /** As the loss's `target` says; the prediction itself where that is `none`. */
  readonly target: Value;
  readonly options: O;
}

export interface ElementLoss {
  /** [B] or [B, …], one number an element. */
  readonly loss: Value;
  /** Weights that broadcast to `loss` (class weights, ignored positions); the mean divides by their sum. */
  readonly weight?: Value | undefined;
}

export interface LossDeclaration<S extends OptionSpecs> {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly options: S;
  readonly target: TargetKind;
  /** How it takes classes that mixup or cutmix have mixed; left out, it cannot. */
  readonly mixedTarget?: MixedTarget;
  perExample(context: LossContext<OptionValues<S>>): ElementLoss;
}

/** A loss whose option types have been checked and can be forgotten; options are as JSON gives them. */
export interface LossDefinition {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly options: OptionSpecs;
  readonly target: TargetKind;
  readonly mixedTarget?: MixedTarget;
  perExample(context: LossContext<OptionArguments>): ElementLoss;
}

/** `perExample` of the result throws `option.*` where the options are not valid. */
export function defineLoss<const S extends OptionSpecs>(declaration: LossDeclaration<S>): LossDefinition {
  const { type, options: specs } = declaration;
  return {
    ...declaration,
    perExample: (context) =>
      declaration.perExample({ ...context, options: resolveOptions(specs, context.options, `Loss ${type}`) }),
  };
}
