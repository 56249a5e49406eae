// The program of a run as the GPU takes it, and what its two phases are compiled for.
import { GpuLowerings } from '../../engine/kernels/gpuLowerings.js';
import { compileProgram, type Program } from '../../engine/training/program.js';
import type { StepGraph } from '../../engine/training/stepGraph.js';
import { evaluatePhase, trainPhase } from '../../engine/training/supervised.js';
import { averagedStep } from '../averagedStep.js';
import type { DriverRequest } from '../stepDriver.js';
import { evaluationBatch } from '../trainedModel.js';
import { wantedResults } from './gpuEvaluation.js';
import type { PhasePlanRequest } from './gpuPhase.js';

/** The program as the GPU runs it: each parameter in a buffer of its own, so that its update ends the kernel of its gradient. */
export function compileForGpu(phases: DriverRequest['phases']): { program: Program; lowerings: GpuLowerings } {
  const lowerings = new GpuLowerings();
  return { program: compileProgram(phases, { choices: lowerings, flatBelow: 0 }), lowerings };
}

export function phaseNamed(program: Program, name: string): StepGraph {
  return program.steps.find((step) => step.name === name)!;
}

/** What a training phase is compiled for, but for the data. */
export function trainingRequest(program: Program, request: DriverRequest): PhasePlanRequest {
  return {
    step: phaseNamed(program, trainPhase),
    entries: program.entries,
    seed: request.seed,
    orderLength: request.data.split.train.length,
    batchSize: request.plan.options.batchSize,
    wanted: ['loss'],
    watched: ['loss'],
  };
}

export function evaluationRequest(program: Program, { data, seed }: DriverRequest): PhasePlanRequest {
  const plain = phaseNamed(program, evaluatePhase);
  const face = data.settings.average ? averagedStep(plain, program.entries) : plain;
  return {
    step: { ...face, graph: plain.graph },
    entries: program.entries,
    seed,
    orderLength: Math.max(1, data.split.val.length, data.split.test.length, data.split.train.length),
    batchSize: evaluationBatch,
    wanted: wantedResults(Object.keys(plain.results), data.settings),
    watched: [],
  };
}
