// Trains one supervised run: epochs of steps, evaluation, checkpoints, pauses, and a clean stop at any step.
import type { TrainerEvent, TrainJob } from '../contract/training.js';
import { faultCodes, faultOf } from '../contract/fault.js';
import type { Metrics } from '../contract/run.js';
import { BatchPlan } from '../engine/data/batches.js';
import { augmentExamples } from '../engine/data/augment/augmentExamples.js';
import { applyPreprocessing } from '../engine/data/exampleSet.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import { augmentedTrainingOf } from '../engine/training/augmentedTraining.js';
import { phasesOf } from '../engine/training/checkTraining.js';
import { isHigherBetter } from '../engine/training/metrics/namedMetrics.js';
import { averageRate } from '../engine/training/optimizers/average.js';
import { learningRateAt, observeEpoch } from '../engine/training/schedules/learningRate.js';
import type { StepClock } from '../engine/training/stepScalars.js';
import { watchedMetric } from '../engine/training/settings.js';
import type { SplitName, TrainingData } from '../engine/training/trainingData.js';
import type { Backend } from './backends/backend.js';
import type { MakeBatchSource } from './batchSource.js';
import { breathe } from './breathe.js';
import { checkpointOf, initialProgress, readProgress, tensorsIn, type RunProgress } from './checkpoint.js';
import { nonFiniteState, type NonFinite } from './firstNonFinite.js';
import type { LoadOptions } from './programSessions.js';
import { modelFile, specificationFile } from './runFiles.js';
import { sessionDriver } from './sessionDriver.js';
import type { MakeDriver, StepDriver, StepReport } from './stepDriver.js';
import { evaluationBatch } from './trainedModel.js';
import { TrainingReport } from './trainingReport.js';

interface CommonOptions {
  readonly job: TrainJob;
  readonly send: (event: TrainerEvent) => void | Promise<void>;
  readonly stopped: () => boolean;
  /** Whether steps are to wait; `changed` resolves when that, or a stop, may have come. */
  readonly pause?: { readonly paused: () => boolean; readonly changed: () => Promise<void> };
  /** Why this backend was picked, where it was; asked once the driver has been made. */
  readonly reason?: () => string | undefined;
}

/** What computes: a driver of the caller's, or sessions of a backend. */
export type TrainerOptions = CommonOptions &
  (
    | { readonly driver: MakeDriver }
    | {
        readonly backend: Backend;
        readonly load: LoadOptions;
        /** Where batches are prepared; left out, in this thread. */
        readonly batches?: MakeBatchSource;
      }
  );

/** Prepares everything that can fail before the first step. */
export async function makeTrainer(options: TrainerOptions): Promise<Trainer> {
  const { resume, request } = options.job;
  const data = options.job.data as TrainingData;
  const { settings } = data;
  const progress = resume ? readProgress(resume.trainer) : initialProgress(settings);
  const best = resume ? tensorsIn(resume).best : undefined;
  if (best) progress.bestState = best;
  const examples = applyPreprocessing(data.dataSet, data.preprocessing);
  const plan = new BatchPlan({
    examples: data.split.train,
    batchSize: settings.batch,
    seed: request.seed,
    shuffle: true,
  });
  const augmented = augmentedTrainingOf(data, request.seed);
  const course = new Course(data, request.seed, plan, progress);
  const make = 'driver' in options ? options.driver : sessionDriver(options);
  const driver = await make({
    data,
    examples,
    training: { examples: augmentExamples(data.dataSet, data.preprocessing, augmented), augmented },
    plan,
    resume,
    phases: phasesOf(data, evaluationBatch),
    seed: request.seed,
    lowerings: progress.lowerings,
    step: progress.step,
    clockOf: (number) => course.clockOf(number),
  });
  progress.lowerings = { ...driver.lowerings };
  progress.backend = driver.backend;
  return new Trainer(options, data, course, driver);
}

/** How far the run is, and what follows from that for its steps. */
class Course {
  readonly totalSteps: number;

  constructor(
    private readonly data: TrainingData,
    private readonly seed: number,
    readonly plan: BatchPlan,
    readonly progress: RunProgress,
  ) {
    this.totalSteps = Math.ceil(data.settings.epochs * plan.stepsPerEpoch);
  }

  /** The last step of the epoch that the next step lies in. */
  get epochEnd(): number {
    const { stepsPerEpoch } = this.plan;
    return Math.min(this.totalSteps, (Math.floor(this.progress.step / stepsPerEpoch) + 1) * stepsPerEpoch);
  }

  /** Epochs done, with the fraction of the current one. */
  get epoch(): number {
    return this.progress.step / this.plan.stepsPerEpoch;
  }

  clockOf(number: number): StepClock {
    const { settings } = this.data;
    const learningRate = learningRateAt(settings.schedule, {
      step: number - 1,
      totalSteps: this.totalSteps,
      stepsPerEpoch: this.plan.stepsPerEpoch,
      baseRate: settings.learningRate,
      state: this.progress.schedule,
    });
    return {
      step: number,
      learningRate,
      seed: this.seed,
      ...(settings.average && { scalars: { averageRate: averageRate(number, settings.average.decay) } }),
    };
  }
}

export class Trainer {
  private readonly report: TrainingReport;
  private readonly progress: RunProgress;
  private readonly totalSteps: number;
  private lastCheckpoint = performance.now();
  /** The step of the last checkpoint that was sent. */
  private savedStep = 0;
  /** A checkpoint that is read and sent while steps go on. */
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: TrainerOptions,
    private readonly data: TrainingData,
    private readonly course: Course,
    private readonly driver: StepDriver,
  ) {
    this.progress = course.progress;
    this.totalSteps = course.totalSteps;
    this.savedStep = course.progress.step;
    this.report = new TrainingReport(options.send, data.settings, this.totalSteps, () => driver.use());
  }

  /** Trains to the end or to a stop; the last event tells which. */
  async run(): Promise<void> {
    try {
      await this.announce();
      // A run that is killed in its first epoch has something to continue from.
      if (!this.options.job.resume) await this.checkpoint(false);
      if (await this.steps()) await this.finish();
      else await this.interrupt();
    } catch (error) {
      await this.saving.catch(() => undefined);
      if (!isLoss(error)) throw error;
      await this.options.send({ type: 'interrupted', step: this.savedStep, fault: faultOf(error) });
    }
  }

  /** False when it was asked to stop before the end. */
  private async steps(): Promise<boolean> {
    while (this.progress.step < this.totalSteps && !this.progress.ended) {
      if (this.options.stopped()) return false;
      if (this.options.pause?.paused()) await this.pause();
      else await this.note(await this.driver.advance(this.course.epochEnd));
      await this.report.sent;
      if (this.checkpointDue()) await this.checkpointAside();
      await breathe();
    }
    return true;
  }

  /** Steps that are under way are done; they may end the epoch. */
  private async settle(): Promise<void> {
    await this.note(await this.driver.settle());
  }

  private async pause(): Promise<void> {
    const { pause, send, stopped } = this.options;
    await this.settle();
    await this.report.flush();
    await send({ type: 'paused', step: this.progress.step });
    // A stop that is seen here is seen again by the loop: whoever stops says so from then on.
    while (pause!.paused() && !stopped()) await pause!.changed();
    await send({ type: 'continued', step: this.progress.step });
    this.report.restart();
  }

  private async announce(): Promise<void> {
    const { send, job } = this.options;
    const reason = this.options.reason?.();
    const { settings, imported, split, preprocessing } = this.data;
    const { driver } = this;
    await send({ type: 'file', name: 'spec.json', bytes: specificationFile(this.data) });
    await send({ type: 'file', name: 'step.onnx', bytes: driver.stepModel });
    if (imported) await send({ type: 'file', name: 'source.onnx', bytes: imported.bytes });
    await send({
      type: 'prepared',
      totalSteps: this.totalSteps,
      backend: driver.backend,
      ...(reason !== undefined && { reason }),
      ...(driver.notes.length > 0 && { notes: driver.notes }),
      parameters: {
        epochs: settings.epochs,
        batch: settings.batch,
        optimizer: settings.optimizer.type,
        learningRate: settings.learningRate,
        schedule: settings.schedule.type,
        loss: settings.loss.type,
        ...(preprocessing.target.kind === 'input' && { objective: 'reconstruct' }),
        seed: job.request.seed,
        parameters: driver.parameters,
        examples: split.train.length,
      },
    });
  }

  private async note(reports: readonly StepReport[]): Promise<void> {
    const { progress, course } = this;
    for (const report of reports) {
      const { step, loss, filled } = report;
      if (!Number.isFinite(loss)) await this.fail(report);
      progress.step = step;
      progress.lossSum += loss * filled;
      progress.lossWeight += filled;
      const { learningRate } = course.clockOf(step);
      this.report.step(step, course.epoch, filled, { train_loss: loss, learning_rate: learningRate });
    }
    if (reports.length === 0) return;
    if (progress.step % course.plan.stepsPerEpoch === 0 || progress.step === this.totalSteps) await this.endEpoch();
  }

  /** The state is still that before the step: where it is finite it is kept as the last good checkpoint. */
  private async fail(report: StepReport): Promise<never> {
    const broken = nonFiniteState(await this.driver.snapshot());
    if (!broken) await this.checkpoint(false);
    const culprit = broken ?? (await this.driver.explain(report));
    const where = culprit ? `; the first ${culprit.found} is in ${culprit.place}` : '';
    throw new EngineError(
      faultCodes.notFinite,
      `Training: the loss of step ${report.step} must be finite, got ${report.loss}${where}. ${remedy}`,
      culprit ? { node: culprit.place } : {},
    );
  }

  private async endEpoch(): Promise<void> {
    const { progress, course } = this;
    const { settings } = this.data;
    const epoch = Math.ceil(course.epoch);
    const metrics: Record<string, number> = {
      train_loss: progress.lossSum / progress.lossWeight,
      ...(await this.measure('val')),
    };
    progress.lossSum = 0;
    progress.lossWeight = 0;
    const name = watchedMetric(settings);
    const watched = metrics[name] ?? metrics.train_loss!;
    progress.schedule = observeEpoch(settings.schedule, watched, settings.learningRate, progress.schedule);
    const sign = metrics[name] !== undefined && isHigherBetter(settings.metrics, name) ? -1 : 1;
    const best = progress.best === null || sign * watched < sign * progress.best;
    progress.best = best ? watched : progress.best;
    progress.epochsSinceBest = best ? 0 : progress.epochsSinceBest + 1;
    progress.ended =
      settings.earlyStopping !== undefined && progress.epochsSinceBest >= settings.earlyStopping.patience;
    const state = await this.driver.snapshot();
    if (best && settings.keep === 'best') progress.bestState = state;
    await this.report.epoch(epoch, progress.step, metrics);
    await this.checkpoint(best, Promise.resolve(state));
  }

  private async measure(split: SplitName): Promise<Record<string, number>> {
    const part = this.data.split[split];
    if (part.length === 0) return {};
    const { metrics } = await this.driver.evaluate(part);
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${split}_${name}`, value]));
  }

  private checkpointDue(): boolean {
    const seconds = this.options.job.request.checkpointSeconds ?? 60;
    return performance.now() - this.lastCheckpoint > seconds * 1000;
  }

  /** Steps go on while the checkpoint is read and sent. */
  private async checkpointAside(): Promise<void> {
    await this.saving;
    await this.settle();
    // Ending an epoch has saved one.
    if (!this.checkpointDue()) return;
    this.saving = this.checkpoint(false);
    // Whoever waits for it next is told; until then it is nobody's.
    this.saving.catch(() => undefined);
  }

  /** Of the state at the time of the call. */
  private async checkpoint(best: boolean, state = this.driver.snapshot()): Promise<void> {
    const progress = { ...this.progress };
    this.lastCheckpoint = performance.now();
    await this.report.flush();
    const tensors = await state;
    refuseNonFinite(nonFiniteState(tensors), progress.step);
    const frame = checkpointOf(tensors, progress, this.course.plan.stepsPerEpoch);
    await this.options.send({ type: 'checkpoint', checkpoint: frame, best });
    this.savedStep = progress.step;
  }

  private async interrupt(): Promise<void> {
    await this.settle();
    await this.saving;
    await this.checkpoint(false);
    await this.options.send({ type: 'interrupted', step: this.progress.step });
  }

  private async finish(): Promise<void> {
    await this.saving;
    if (this.data.settings.keep === 'best' && this.progress.bestState) {
      await this.driver.load(this.progress.bestState);
      await this.checkpoint(true);
    }
    const metrics: Metrics = { ...(await this.measure('val')), ...(await this.measure('test')) };
    await this.report.flush();
    const frame = checkpointOf(await this.driver.snapshot(), this.progress, this.course.plan.stepsPerEpoch);
    await this.options.send({ type: 'file', name: 'model.onnx', bytes: modelFile(this.data, frame) });
    await this.options.send({ type: 'finished', metrics });
  }

  async dispose(): Promise<void> {
    await this.driver.dispose();
  }
}

const remedy =
  'The last checkpoint before it, if there is one, is kept; lower the learning rate or clip the gradients.';

function refuseNonFinite(broken: NonFinite | undefined, step: number): void {
  if (!broken) return;
  throw new EngineError(
    faultCodes.notFinite,
    `Training: the state after step ${step} must be finite; the first ${broken.found} is in ${broken.place}. ${remedy}`,
    { node: broken.place },
  );
}

/** The computer took the GPU away: that says nothing about the training. */
function isLoss(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'gpu.lost';
}
