// Steps on the processor: one session.run each, the state in the trainer's own memory.
import { element, type Tensor } from '../engine/ir/tensor.js';
import type { StateStore } from '../engine/training/state.js';
import type { StepGraph } from '../engine/training/stepGraph.js';
import { evaluatePhase, trainPhase } from '../engine/training/supervised.js';
import { averagedStep } from './averagedStep.js';
import type { Backend } from './backends/backend.js';
import { batchesHere, type BatchSource, type MakeBatchSource, type PreparedBatch } from './batchSource.js';
import { tensorsIn } from './checkpoint.js';
import { evaluate, type Evaluation } from './evaluator.js';
import { firstNonFinite, type NonFinite } from './firstNonFinite.js';
import { PhaseRunner } from './phaseRunner.js';
import { loadProgram, type LoadedProgram, type LoadOptions } from './programSessions.js';
import type { DriverRequest, DriverUse, MakeDriver, StepDriver, StepReport } from './stepDriver.js';
import { evaluationBatch } from './trainedModel.js';

export interface SessionDriverOptions {
  readonly backend: Backend;
  readonly load: LoadOptions;
  /** Where batches are prepared; left out, in this thread. */
  readonly batches?: MakeBatchSource | undefined;
}

/** Measures lowerings that `load.choices` does not know yet and adds them to it. */
export function sessionDriver(options: SessionDriverOptions): MakeDriver {
  return async (request) => {
    const { load, backend } = options;
    const choices = { ...load.choices, ...request.lowerings };
    const loaded = await loadProgram(request.phases, backend, { ...load, choices });
    Object.assign(load.choices, { ...choices, ...load.choices });
    return new SessionDriver(options, request, loaded);
  };
}

export class SessionDriver implements StepDriver {
  readonly notes: readonly string[] = [];
  private readonly state: StateStore;
  private readonly step: StepGraph;
  private readonly runner: PhaseRunner;
  private readonly evaluation: PhaseRunner;
  private source: BatchSource | undefined;
  private batch: PreparedBatch | undefined;
  private done: number;

  constructor(
    private readonly options: SessionDriverOptions,
    private readonly request: DriverRequest,
    private readonly loaded: LoadedProgram,
  ) {
    const { program, sessions } = loaded;
    const { data, seed, resume } = request;
    this.state = program.initialState(seed, data.weights);
    if (resume) this.state.load(tensorsIn(resume).state);
    this.done = request.step;
    this.step = program.steps.find(({ name }) => name === trainPhase)!;
    const evaluateStep = program.steps.find(({ name }) => name === evaluatePhase)!;
    this.runner = new PhaseRunner(this.step, sessions.get(trainPhase)!, this.state);
    this.evaluation = new PhaseRunner(
      data.settings.average ? averagedStep(evaluateStep, program.entries) : evaluateStep,
      sessions.get(evaluatePhase)!,
      this.state,
    );
  }

  get backend(): string {
    return this.options.backend.name;
  }

  get lowerings(): LoadedProgram['lowerings'] {
    return this.loaded.lowerings;
  }

  get stepModel(): Uint8Array {
    return this.loaded.models.get(trainPhase)!;
  }

  get parameters(): number {
    return [...this.state.named(['parameter']).values()].reduce((sum, { data }) => sum + data.length, 0);
  }

  async advance(): Promise<readonly StepReport[]> {
    this.source ??= this.batches();
    const batch = await this.source.next();
    this.batch = batch;
    const step = this.done + 1;
    const results = await this.runner.run(batch.tensors, this.request.clockOf(step));
    const loss = element(results.loss!, 0);
    if (Number.isFinite(loss)) {
      this.runner.commit();
      this.done = step;
    }
    return [{ step, loss, filled: batch.filled }];
  }

  settle(): Promise<readonly StepReport[]> {
    return Promise.resolve([]);
  }

  explain({ step }: StepReport): Promise<NonFinite | undefined> {
    const feeds = this.runner.feeds(this.batch!.tensors, this.request.clockOf(step));
    return firstNonFinite(this.step.graph, feeds, this.options.backend);
  }

  snapshot(): Promise<Map<string, Tensor>> {
    return Promise.resolve(this.state.snapshot());
  }

  load(state: ReadonlyMap<string, Tensor>): Promise<void> {
    this.state.load(state);
    return Promise.resolve();
  }

  evaluate(part: Int32Array): Promise<Evaluation> {
    const { data, examples } = this.request;
    return evaluate(this.evaluation, examples, part, { settings: data.settings, batchSize: evaluationBatch });
  }

  use(): DriverUse {
    return {};
  }

  async dispose(): Promise<void> {
    await this.source?.dispose();
    await this.runner.dispose();
    await this.evaluation.dispose();
  }

  private batches(): BatchSource {
    const { data, training, plan, seed } = this.request;
    const { random } = this.step;
    return (this.options.batches ?? batchesHere)({ data, ...training, plan, step: this.done, random, seed });
  }
}
