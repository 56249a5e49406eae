// Trains one supervised run: epochs of steps, evaluation, checkpoints, and a clean stop at any step.
import type { TrainerEvent, TrainJob } from '../contract/training.js';
import type { Metrics } from '../contract/run.js';
import { BatchPlan } from '../engine/data/batches.js';
import { applyPreprocessing, type ExampleSet } from '../engine/data/exampleSet.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { element } from '../engine/ir/tensor.js';
import { averageRate } from '../engine/training/optimizers/average.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { exampleTypesOf } from '../engine/training/exampleTypes.js';
import { exportGraph } from '../engine/training/exportModel.js';
import { phasesOf } from '../engine/training/checkTraining.js';
import { forwardModelOf } from '../engine/training/forwardModel.js';
import { learningRateAt, observeEpoch } from '../engine/training/schedules/learningRate.js';
import type { StateStore } from '../engine/training/state.js';
import { trainPhase, evaluatePhase } from '../engine/training/supervised.js';
import type { SplitName, TrainingData } from '../engine/training/trainingData.js';
import type { Backend } from './backends/backend.js';
import { batchesHere, type BatchSource, type MakeBatchSource } from './batchSource.js';
import { breathe } from './breathe.js';
import { checkpointOf, initialProgress, readProgress, restoreState, type RunProgress } from './checkpoint.js';
import { evaluate } from './evaluator.js';
import { evaluationBatch, weightsOf } from './trainedModel.js';
import { firstNonFinite, nonFiniteState } from './firstNonFinite.js';
import { PhaseRunner } from './phaseRunner.js';
import { loadProgram, type LoadedProgram, type LoadOptions } from './programSessions.js';
import { averagedStep } from './averagedStep.js';
import { TrainingReport } from './trainingReport.js';

export interface TrainerOptions {
  readonly job: TrainJob;
  readonly backend: Backend;
  readonly load: LoadOptions;
  readonly send: (event: TrainerEvent) => void | Promise<void>;
  readonly stopped: () => boolean;
  /** Where batches are prepared; left out, in this thread. */
  readonly batches?: MakeBatchSource;
}

/** Prepares everything that can fail before the first step. */
export async function makeTrainer(options: TrainerOptions): Promise<Trainer> {
  const data = options.job.data as TrainingData;
  const examples = applyPreprocessing(data.dataSet, data.preprocessing);
  const phases = phasesOf(data, evaluationBatch);
  const { resume } = options.job;
  const lowerings = resume ? readProgress(resume.trainer).lowerings : {};
  const load = { ...options.load, choices: { ...options.load.choices, ...lowerings } };
  const loaded = await loadProgram(phases, options.backend, load);
  Object.assign(options.load.choices, load.choices, { ...options.load.choices });
  return new Trainer(options, data, examples, loaded);
}

export class Trainer {
  private readonly state: StateStore;
  private readonly runner: PhaseRunner;
  private readonly evaluation: PhaseRunner;
  private readonly plan: BatchPlan;
  private readonly totalSteps: number;
  private readonly report: TrainingReport;
  private progress: RunProgress;
  private lastCheckpoint = performance.now();

  constructor(
    private readonly options: TrainerOptions,
    private readonly data: TrainingData,
    private readonly examples: ExampleSet,
    private readonly loaded: LoadedProgram,
  ) {
    const { program, sessions } = loaded;
    const { resume, request } = options.job;
    const { settings } = data;
    this.state = program.initialState(request.seed, data.weights);
    this.progress = resume ? readProgress(resume.trainer) : initialProgress(settings);
    const bestState = resume && restoreState(this.state, resume);
    if (bestState) this.progress.bestState = bestState;
    this.progress.lowerings = { ...loaded.lowerings };
    const step = program.steps.find(({ name }) => name === trainPhase)!;
    const evaluateStep = program.steps.find(({ name }) => name === evaluatePhase)!;
    this.runner = new PhaseRunner(step, sessions.get(trainPhase)!, this.state);
    this.evaluation = new PhaseRunner(
      settings.average ? averagedStep(evaluateStep, program.entries) : evaluateStep,
      sessions.get(evaluatePhase)!,
      this.state,
    );
    this.plan = new BatchPlan({
      examples: data.split.train,
      batchSize: settings.batch,
      seed: request.seed,
      shuffle: true,
    });
    this.totalSteps = Math.ceil(settings.epochs * this.plan.stepsPerEpoch);
    this.report = new TrainingReport(options.send, settings, this.totalSteps);
  }

  /** Trains to the end or to a stop; the last event tells which. */
  async run(): Promise<void> {
    await this.announce();
    // A run that is killed in its first epoch has something to continue from.
    if (!this.options.job.resume) await this.checkpoint(false);
    const source = this.batches();
    try {
      if (!(await this.steps(source))) {
        await this.interrupt();
        return;
      }
    } finally {
      await source.dispose();
    }
    await this.finish();
  }

  /** False when it was asked to stop before the end. */
  private async steps(source: BatchSource): Promise<boolean> {
    while (this.progress.step < this.totalSteps && !this.progress.ended) {
      if (this.options.stopped()) return false;
      await this.step(source);
      if (this.progress.step % this.plan.stepsPerEpoch === 0 || this.progress.step === this.totalSteps)
        await this.endEpoch();
      else if (this.checkpointDue()) await this.checkpoint(false);
      await breathe();
    }
    return true;
  }

  private batches(): BatchSource {
    const { random } = this.loaded.program.steps.find(({ name }) => name === trainPhase)!;
    return (this.options.batches ?? batchesHere)({
      data: this.data,
      examples: this.examples,
      plan: this.plan,
      step: this.progress.step,
      random,
      seed: this.options.job.request.seed,
    });
  }

  private async announce(): Promise<void> {
    const { send, job, backend } = this.options;
    const { settings, imported } = this.data;
    await send({ type: 'file', name: 'spec.json', bytes: json(this.specification()) });
    await send({ type: 'file', name: 'step.onnx', bytes: this.loaded.models.get(trainPhase)! });
    if (imported) await send({ type: 'file', name: 'source.onnx', bytes: imported.bytes });
    await send({
      type: 'prepared',
      totalSteps: this.totalSteps,
      backend: backend.name,
      parameters: {
        epochs: settings.epochs,
        batch: settings.batch,
        optimizer: settings.optimizer.type,
        learningRate: settings.learningRate,
        schedule: settings.schedule.type,
        loss: settings.loss.type,
        seed: job.request.seed,
        parameters: countParameters(this.state),
        examples: this.data.split.train.length,
      },
    });
  }

  /** What the run is made of; `resume`, `predict` and `export` go by it. */
  private specification(): object {
    const { spec, imported, settings, preprocessing, dataSet } = this.data;
    return {
      data: { name: dataSet.name, hash: dataSet.hash },
      ...(spec ? { model: spec } : { imported: { ...imported, bytes: undefined } }),
      training: settings,
      preprocessing,
    };
  }

  private async step(source: BatchSource): Promise<void> {
    const { progress, plan } = this;
    const { settings } = this.data;
    const batch = await source.next();
    const rate = learningRateAt(settings.schedule, {
      step: progress.step,
      totalSteps: this.totalSteps,
      stepsPerEpoch: plan.stepsPerEpoch,
      baseRate: settings.learningRate,
      state: progress.schedule,
    });
    const number = progress.step + 1;
    const clock = {
      step: number,
      learningRate: rate,
      seed: this.options.job.request.seed,
      ...(settings.average && { scalars: { averageRate: averageRate(number, settings.average.decay) } }),
    };
    const results = await this.runner.run(batch.tensors, clock);
    const loss = element(results.loss!, 0);
    if (!Number.isFinite(loss)) await this.fail(batch.tensors, clock, loss);
    this.runner.commit();
    progress.step = number;
    progress.lossSum += loss * batch.filled;
    progress.lossWeight += batch.filled;
    this.report.step(progress.step, progress.step / plan.stepsPerEpoch, batch.filled, {
      train_loss: loss,
      learning_rate: rate,
    });
  }

  /** The state is still that before the step: where it is finite it is kept as the last good checkpoint. */
  private async fail(
    tensors: Parameters<PhaseRunner['run']>[0],
    clock: Parameters<PhaseRunner['run']>[1],
    loss: number,
  ): Promise<never> {
    const broken = nonFiniteState(this.state.named());
    if (!broken) await this.checkpoint(false);
    const { graph } = this.loaded.program.steps.find(({ name }) => name === trainPhase)!;
    const culprit = broken ?? (await firstNonFinite(graph, this.runner.feeds(tensors, clock), this.options.backend));
    const where = culprit ? `; the first ${culprit.found} is in ${culprit.place}` : '';
    throw new EngineError(
      'train.notFinite',
      `Training: the loss of step ${clock.step} must be finite, got ${loss}${where}. ${remedy}`,
      culprit ? { node: culprit.place } : {},
    );
  }

  private async endEpoch(): Promise<void> {
    const { progress, plan } = this;
    const { settings } = this.data;
    const epoch = Math.ceil(progress.step / plan.stepsPerEpoch);
    const metrics: Record<string, number> = {
      train_loss: progress.lossSum / progress.lossWeight,
      ...(await this.measure('val')),
    };
    progress.lossSum = 0;
    progress.lossWeight = 0;
    const watched = metrics[settings.earlyStopping?.metric ?? 'val_loss'] ?? metrics.train_loss!;
    progress.schedule = observeEpoch(settings.schedule, watched, settings.learningRate, progress.schedule);
    const best = progress.best === null || watched < progress.best;
    progress.best = best ? watched : progress.best;
    progress.epochsSinceBest = best ? 0 : progress.epochsSinceBest + 1;
    progress.ended =
      settings.earlyStopping !== undefined && progress.epochsSinceBest >= settings.earlyStopping.patience;
    if (best && settings.keep === 'best') progress.bestState = this.state.snapshot();
    await this.report.epoch(epoch, progress.step, metrics);
    await this.checkpoint(best);
  }

  private async measure(split: SplitName): Promise<Record<string, number>> {
    const part = this.data.split[split];
    if (part.length === 0) return {};
    const { metrics } = await evaluate(this.evaluation, this.examples, part, {
      settings: this.data.settings,
      batchSize: evaluationBatch,
    });
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${split}_${name}`, value]));
  }

  private checkpointDue(): boolean {
    const seconds = this.options.job.request.checkpointSeconds ?? 60;
    return performance.now() - this.lastCheckpoint > seconds * 1000;
  }

  private async checkpoint(best: boolean): Promise<void> {
    await this.report.flush();
    const broken = nonFiniteState(this.state.named());
    if (broken)
      throw new EngineError(
        'train.notFinite',
        `Training: the state after step ${this.progress.step} must be finite; the first ${broken.found} is in ${broken.place}. ${remedy}`,
        { node: broken.place },
      );
    const frame = checkpointOf(this.state, this.progress, this.plan.stepsPerEpoch);
    await this.options.send({ type: 'checkpoint', checkpoint: frame, best });
    this.lastCheckpoint = performance.now();
  }

  private async interrupt(): Promise<void> {
    await this.checkpoint(false);
    await this.options.send({ type: 'interrupted', step: this.progress.step });
  }

  private async finish(): Promise<void> {
    if (this.data.settings.keep === 'best' && this.progress.bestState) {
      this.state.load(this.progress.bestState);
      await this.checkpoint(true);
    }
    const metrics: Metrics = { ...(await this.measure('val')), ...(await this.measure('test')) };
    await this.report.flush();
    await this.options.send({ type: 'file', name: 'model.onnx', bytes: this.modelFile() });
    await this.options.send({ type: 'finished', metrics });
  }

  /** The trained model as it would be exported without preprocessing. */
  private modelFile(): Uint8Array {
    const { data } = this;
    const frame = checkpointOf(this.state, this.progress, this.plan.stepsPerEpoch);
    const weights = weightsOf(frame, data.settings.average !== undefined);
    const { inputs } = exampleTypesOf(data.preprocessing);
    return encodeModel(exportGraph({ model: forwardModelOf(data), weights, inputs }));
  }

  async dispose(): Promise<void> {
    await this.runner.dispose();
    await this.evaluation.dispose();
  }
}

const remedy =
  'The last checkpoint before it, if there is one, is kept; lower the learning rate or clip the gradients.';

function countParameters(state: StateStore): number {
  let total = 0;
  for (const tensor of state.named(['parameter']).values()) total += tensor.data.length;
  return total;
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value, null, 2));
}
