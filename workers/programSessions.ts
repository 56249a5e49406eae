// Compiles a program for a backend: measures lowerings that are not known yet, cleans the graphs up, loads them.
import { runPasses } from '../engine/passes/runPasses.js';
import { encodeModel } from '../engine/onnx/encode.js';
import type { PhaseDeclaration } from '../engine/training/phase.js';
import { compileProgram, type Program } from '../engine/training/program.js';
import type { StepGraph } from '../engine/training/stepGraph.js';
import type { Backend, Session, SessionOptions } from './backends/backend.js';
import { MeasuredChoices, type ChoiceTable } from './tuning.js';

export interface LoadedProgram {
  readonly program: Program;
  readonly sessions: ReadonlyMap<string, Session>;
  /** The measured lowerings that went into it. */
  readonly lowerings: Readonly<ChoiceTable>;
  /** The bytes of each phase's graph, by phase name. */
  readonly models: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

export interface LoadOptions extends SessionOptions {
  /** Measured favourites; new ones are added to it. */
  readonly choices: ChoiceTable;
  readonly onMeasure?: (done: number, total: number) => void;
}

export async function loadProgram(
  phases: readonly PhaseDeclaration[],
  backend: Backend,
  options: LoadOptions,
): Promise<LoadedProgram> {
  const { choices: table, onMeasure, ...sessionOptions } = options;
  const choices = new MeasuredChoices(table);
  let program = compileProgram(phases, { choices });
  // A lowering that is settled may bring up another choice.
  while (choices.pending) {
    await choices.measure(backend, sessionOptions, onMeasure);
    program = compileProgram(phases, { choices });
  }
  const models = new Map<string, Uint8Array<ArrayBuffer>>();
  const sessions = new Map<string, Session>();
  for (const step of program.steps) {
    const bytes = encodeStep(step);
    models.set(step.name, bytes);
    sessions.set(step.name, await backend.open(bytes, sessionOptions));
  }
  return { program, sessions, models, lowerings: choices.used };
}

/** Cleans the graph up and encodes it; the step's interface is kept in the model's metadata, so that the file says it all. */
export function encodeStep(step: StepGraph): Uint8Array<ArrayBuffer> {
  runPasses(step.graph);
  const { graph, ...face } = step;
  return encodeModel(graph, { metadata: { 'descent.step': JSON.stringify(face) } });
}
