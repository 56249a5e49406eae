// Compiles a program and loads it without measuring lowerings, so that a test's graphs are always the same.
import type { Tensor } from '../../../engine/ir/tensor.js';
import type { PhaseDeclaration } from '../../../engine/training/phase.js';
import { compileProgram, type CompileOptions, type Program } from '../../../engine/training/program.js';
import type { StateStore } from '../../../engine/training/state.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { PhaseRunner } from '../../../workers/phaseRunner.js';
import { encodeStep } from '../../../workers/programSessions.js';

export interface OpenedProgram {
  readonly program: Program;
  readonly state: StateStore;
  readonly runner: (phase: string) => PhaseRunner;
  readonly dispose: () => Promise<void>;
}

export interface OpenOptions {
  readonly backend?: Backend;
  readonly seed?: number;
  /** First values by name. */
  readonly given?: ReadonlyMap<string, Tensor>;
  readonly compile?: CompileOptions;
}

export async function openProgram(
  phases: readonly PhaseDeclaration[],
  { backend = ortNative, seed = 0, given, compile = {} }: OpenOptions = {},
): Promise<OpenedProgram> {
  const program = compileProgram(phases, compile);
  const state = program.initialState(seed, given);
  const runners = new Map<string, PhaseRunner>();
  for (const step of program.steps)
    runners.set(step.name, new PhaseRunner(step, await backend.open(encodeStep(step), { threads: 1 }), state));
  return {
    program,
    state,
    runner: (phase) => runners.get(phase)!,
    dispose: async () => {
      for (const runner of runners.values()) await runner.dispose();
    },
  };
}
