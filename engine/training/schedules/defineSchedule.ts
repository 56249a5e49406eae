// What a schedule is: the learning rate as a function of the step, and of an observed metric where it keeps a state.
import { resolveOptions, type OptionArguments, type OptionSpecs, type OptionValues } from '../options.js';

/** What a schedule remembers between epochs: plain JSON, kept in checkpoints. */
export type ScheduleState = Readonly<Record<string, number | null>>;

export interface ScheduleContext<O> {
  /** Steps taken before this one, so that the first step is 0. */
  readonly step: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  readonly baseRate: number;
  readonly options: O;
  readonly state?: ScheduleState | undefined;
}

export interface Observation<O> {
  /** The epoch's metric. */
  readonly value: number;
  readonly state: ScheduleState;
  readonly baseRate: number;
  readonly options: O;
}

export interface ScheduleDeclaration<S extends OptionSpecs> {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly options: S;
  at(context: ScheduleContext<OptionValues<S>>): number;
  readonly initialState?: ScheduleState;
  /** The state after an epoch. */
  observe?(observation: Observation<OptionValues<S>>): ScheduleState;
}

/** A schedule whose option types have been checked and can be forgotten; options are as JSON gives them. */
export interface ScheduleDefinition {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly options: OptionSpecs;
  at(context: ScheduleContext<OptionArguments>): number;
  readonly initialState: ScheduleState | undefined;
  observe(observation: Observation<OptionArguments>): ScheduleState;
}

/** All functions of the result throw `option.*` where the options are not valid. */
export function defineSchedule<const S extends OptionSpecs>(declaration: ScheduleDeclaration<S>): ScheduleDefinition {
  const resolve = (options: OptionArguments): OptionValues<S> =>
    resolveOptions(declaration.options, options, `Schedule ${declaration.type}`);
  return {
    ...declaration,
    initialState: declaration.initialState,
    at: (context) => declaration.at({ ...context, options: resolve(context.options) }),
    observe: (observation) =>
      declaration.observe?.({ ...observation, options: resolve(observation.options) }) ?? observation.state,
  };
}

/** Whole epochs before a step. */
export function epochOf({ step, stepsPerEpoch }: { readonly step: number; readonly stepsPerEpoch: number }): number {
  return Math.floor(step / stepsPerEpoch);
}
