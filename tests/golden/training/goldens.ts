// The golden files of losses and optimizers, as the scripts beside them write them with PyTorch.
import { readFileSync } from 'node:fs';
import type { OptionArguments } from '../../../engine/training/options.js';

export interface LossCase {
  readonly type: string;
  readonly options: OptionArguments;
  readonly shape: readonly number[];
  readonly prediction: readonly number[];
  readonly target: {
    readonly shape: readonly number[];
    readonly integral: boolean;
    readonly values: readonly number[];
  } | null;
  readonly value: number;
  readonly gradient: readonly number[];
}

export interface OptimizerGoldens {
  readonly shapes: readonly (readonly number[])[];
  readonly initial: readonly (readonly number[])[];
  readonly gradients: readonly (readonly (readonly number[])[])[];
  readonly keptSteps: readonly number[];
  readonly cases: readonly {
    readonly type: string;
    readonly options: OptionArguments;
    readonly learningRate: number;
    readonly kept: readonly (readonly (readonly number[])[])[];
  }[];
  readonly clip: { readonly limit: number; readonly clipped: readonly (readonly number[])[] };
}

export function lossGoldens(): { readonly cases: readonly LossCase[] } {
  return read('losses') as { readonly cases: readonly LossCase[] };
}

export function optimizerGoldens(): OptimizerGoldens {
  return read('optimizers') as OptimizerGoldens;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'));
}
