// What an optimizer is: slots of state, scalars that the host computes every step, and the update as nodes.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { resolveOptions, type OptionArguments, type OptionSpecs, type OptionValues } from '../options.js';

/** As JSON says it. */
export interface OptimizerSpec {
  readonly type: string;
  readonly options: OptionArguments;
}

/** A tensor kept beside a parameter, of its shape. */
export interface Slot {
  readonly name: string;
  readonly initial: number;
}

export interface ScalarContext<O> {
  /** The first step is 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly options: O;
}

export interface UpdateContext<O> {
  readonly emit: Emit;
  readonly parameter: Value;
  /** Of the parameter's shape. */
  readonly gradient: Value;
  readonly slots: Readonly<Record<string, Value>>;
  /** float32 scalars by the names that `scalars` returns. */
  readonly scalars: Readonly<Record<string, Value>>;
  readonly options: O;
}

export interface Update {
  readonly parameter: Value;
  /** The next value of every slot. */
  readonly slots: Readonly<Record<string, Value>>;
}

/** `elementwise` rules may be given many parameters as one flat vector, `tensor` rules need each in its own shape. */
export type OptimizerScope = 'elementwise' | 'tensor';

export interface OptimizerDeclaration<S extends OptionSpecs> {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** Names `weightDecay` and `l1` must be there: the program sets them to 0 for parameters that do not decay. */
  readonly options: S;
  readonly scope: OptimizerScope;
  /** The learning rate that a form starts with. */
  readonly learningRate: number;
  slots(options: OptionValues<S>, shape: readonly number[]): readonly Slot[];
  /** Computed in float64 on the host and fed, so that schedules never recompile; the names must not depend on the step. */
  scalars(context: ScalarContext<OptionValues<S>>): Readonly<Record<string, number>>;
  update(context: UpdateContext<OptionValues<S>>): Update;
}

/** An optimizer whose option types have been checked and can be forgotten; options are as JSON gives them. */
export interface OptimizerDefinition {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly options: OptionSpecs;
  readonly scope: OptimizerScope;
  readonly learningRate: number;
  slots(options: OptionArguments, shape: readonly number[]): readonly Slot[];
  scalars(context: ScalarContext<OptionArguments>): Readonly<Record<string, number>>;
  update(context: UpdateContext<OptionArguments>): Update;
}

/** All functions of the result throw `option.*` where the options are not valid. */
export function defineOptimizer<const S extends OptionSpecs>(
  declaration: OptimizerDeclaration<S>,
): OptimizerDefinition {
  const subject = `Optimizer ${declaration.type}`;
  const resolve = (options: OptionArguments): OptionValues<S> => resolveOptions(declaration.options, options, subject);
  return {
    ...declaration,
    slots: (options, shape) => declaration.slots(resolve(options), shape),
    scalars: (context) => declaration.scalars({ ...context, options: resolve(context.options) }),
    update: (context) => declaration.update({ ...context, options: resolve(context.options) }),
  };
}
