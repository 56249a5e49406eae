// The training service: forms, estimates, the queue, and what running trainings tell.
import type { Implementation } from '../../../contract/service.js';
import { faultCodes, faultOf } from '../../../contract/fault.js';
import { isEnded } from '../../../contract/run.js';
import { trainingService, type RateCurve, type TrainingDefaults } from '../../../contract/services/training.js';
import { trainRequestSchema, type TrainEvent, type TrainRequest } from '../../../contract/training.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { Objective } from '../../../engine/layers/objective.js';
import type { OptionArguments } from '../../../engine/training/options.js';
import { learningRateAt, type ScheduleSpec } from '../../../engine/training/schedules/learningRate.js';
import { exampleDocument, settingsIn } from '../exampleModel.js';
import { defaultsFor } from '../prepareTraining.js';
import { linesOf, RunConsole } from '../runConsole.js';
import { createRun, trainQueued, type TrainingPorts } from '../training.js';
import { withObjective } from '../trainingObjective.js';
import { PointBuffer } from './pointBuffer.js';
import type { WorkbenchPorts } from './ports.js';
import { preparationBy } from './preparation.js';
import { BackendChooser, choiceOf, type ChosenBackend } from './trainingBackend.js';
import { trainingCatalogue } from './trainingCatalogue.js';
import { TrainingForecast, type SoundTraining } from './trainingForecast.js';
import { TrainingPlanner } from './trainingPlanner.js';
import { TrainingQueue, type QueueEntry } from './trainingQueue.js';

const limitKey = 'training.atOnce';
/** Milliseconds between two tellings of the queue that differ in progress only. */
const progressInterval = 500;

export function makeTrainingService(ports: WorkbenchPorts): Implementation<typeof trainingService> {
  return new Trainings(ports).service;
}

class Trainings {
  private readonly emit;
  private readonly planner: TrainingPlanner;
  private readonly chooser: BackendChooser;
  private readonly forecast: TrainingForecast;
  private readonly queue: TrainingQueue;
  private toldProgress = 0;

  constructor(private readonly ports: WorkbenchPorts) {
    const { workspace, hub, closing } = ports;
    this.emit = hub.emitter(trainingService);
    this.planner = new TrainingPlanner(ports.launch);
    this.chooser = new BackendChooser(ports);
    this.forecast = new TrainingForecast(ports, this.planner, this.chooser);
    this.queue = new TrainingQueue({
      workspace,
      execute: (entry) => this.execute(entry),
      fail: ({ run }, error) => this.fail(run, error),
      onChange: () => this.emit('queue', this.queue.list()),
      atOnce: () => this.atOnce,
    });
    this.queue.restore();
    closing.addEventListener('abort', () => this.close(), { once: true });
  }

  readonly service: Implementation<typeof trainingService> = {
    catalogue: () => trainingCatalogue(),
    defaults: (asked) => this.defaults(asked),
    check: async ({ request }) => ({ faults: (await this.forecast.check(request)).faults }),
    estimate: ({ request, measure }, context) => this.forecast.estimate(request, measure, context),
    learningRates: (asked) => learningRates(asked),
    start: ({ request }) => this.start(request),
    continue: ({ run }) => this.continue(run),
    pause: ({ run }) => this.queue.pause(run),
    resume: ({ run }) => this.queue.resume(run),
    stop: ({ run }) => this.queue.stop(run),
    stopAfterEpoch: ({ run, stop }) => this.queue.stopAfterEpoch(run, stop),
    queue: () => this.queue.list(),
    move: ({ run, to }) => this.queue.move(run, to),
    release: ({ runs }) => this.queue.release(runs),
    limit: () => ({ atOnce: this.atOnce }),
    setLimit: ({ atOnce }) => {
      this.ports.workspace.state.write(limitKey, String(atOnce));
      this.queue.changed();
    },
  };

  private get atOnce(): number {
    return Number(this.ports.workspace.state.read(limitKey) ?? 1);
  }

  private async defaults(asked: {
    readonly data: string;
    readonly target?: string | undefined;
    readonly objective?: Objective | undefined;
    readonly fineTune: boolean;
  }): Promise<TrainingDefaults> {
    const { data, target, objective, fineTune } = asked;
    const found = await this.forecast.facts.of({ data, target });
    const facts = withObjective(found, { objective });
    const request: TrainRequest = {
      data,
      seed: 0,
      backend: 'auto',
      // Which file does not matter to the defaults.
      ...(fineTune && { fineTune: { file: '', freeze: [], replaceHead: true } }),
    };
    const settings = await defaultsFor(request, facts);
    const isOwn = data === facts.name && !fineTune && objective !== 'reconstruct';
    const document = isOwn ? await exampleDocument(facts.name) : undefined;
    const { task, parts } = facts;
    return { settings, fromExample: settingsIn(document) !== undefined, task, target: found.targetName, parts };
  }

  private async start(request: TrainRequest): Promise<{ readonly run: string }> {
    await this.forecast.sound(request);
    const run = createRun(this.ports.workspace, request);
    this.queue.add(run);
    return { run };
  }

  private continue(run: string): void {
    const { runs } = this.ports.workspace;
    const { status } = runs.find(run);
    if (status === 'finished')
      throw new EngineError(
        faultCodes.runState,
        `Run '${run}': it is finished, so there is nothing to continue. Train anew with more epochs.`,
      );
    if (!isEnded(status) || this.queue.has(run))
      throw new EngineError(faultCodes.runBusy, `Run '${run}': it must have stopped, but is ${status}.`);
    runs.enqueue(run);
    this.queue.add(run);
  }

  /** Trains one run to its end; what fails is in its record by then. */
  private async execute(entry: QueueEntry): Promise<void> {
    const leave = this.ports.activity.enter('run', entry.name);
    const { run, controller } = entry;
    const { runs } = this.ports.workspace;
    try {
      const request = trainRequestSchema.parse(runs.request(run));
      const { chosen, sound } = await this.chooseFor(run, request, controller.signal);
      entry.inWindow = chosen.place === 'window';
      entry.backend = chosen.expected;
      this.emit('queue', this.queue.list());
      const timing = new StepTiming();
      const points = new PointBuffer((series, time) => this.emit('points', { run, time, series }));
      await trainQueued(this.portsFor(chosen), run, {
        choice: choiceOf(chosen),
        signal: controller.signal,
        onStart: (control) => entry.started(control),
        onPoints: (series, time) => points.add(series, time),
        onEvent: (event) => {
          timing.hear(event);
          if (event.type === 'finished' || event.type === 'interrupted' || event.type === 'failed') points.flush();
          this.tell(entry, event);
        },
      });
      if (sound) this.keepTime(sound, entry, chosen, timing);
    } catch (error) {
      this.fail(run, error);
    } finally {
      leave();
    }
  }

  /** What failed before the run was at work: the choice of what computes it, or another process that took it. */
  private fail(run: string, error: unknown): void {
    const fault = faultOf(error);
    const { runs } = this.ports.workspace;
    this.ports.log('error', runs.find(run).name, fault.message);
    if (fault.code === faultCodes.runBusy) return;
    new RunConsole(this.ports.workspace, run).write('error', fault.message);
    runs.end(run, { status: 'failed', fault });
    this.emit('told', { type: 'failed', run, fault, metrics: runs.find(run).metrics });
  }

  private async chooseFor(
    run: string,
    request: TrainRequest,
    signal: AbortSignal,
  ): Promise<{ readonly chosen: ChosenBackend; readonly sound: SoundTraining | null }> {
    const { step, backend } = this.ports.workspace.runs.find(run);
    // Another backend rounds differently: a run goes on where it was.
    const asked = step > 0 && request.backend === 'auto' ? (backend as TrainRequest['backend']) : request.backend;
    const { sound } = await this.forecast.check({ ...request, backend: 'native' });
    const watch = { signal, progress: () => undefined };
    const timer = sound ? this.forecast.timerFor(request, sound, watch) : () => Promise.resolve(null);
    return { chosen: await this.chooser.choose(asked, timer), sound };
  }

  private portsFor({ place }: ChosenBackend): TrainingPorts {
    const { workspace, launch } = this.ports;
    const prepare = preparationBy(this.ports);
    const inWindow = place === 'window' ? this.ports.launchInWindow() : undefined;
    return inWindow ? { workspace, launch: inWindow, entry: 'train.web', prepare } : { workspace, launch, prepare };
  }

  private keepTime(
    { settings, costs }: SoundTraining,
    entry: QueueEntry,
    chosen: ChosenBackend,
    timing: StepTiming,
  ): void {
    const milliseconds = timing.milliseconds(settings.batch);
    if (milliseconds === null) return;
    const name = entry.backend === chosen.expected ? chosen.timedAs : entry.backend;
    try {
      this.ports.workspace.stepTimes.keep(costs.shape, name, { milliseconds, flops: costs.flopsPerStep });
    } catch (error) {
      // The run has ended as it has: only the next estimate knows less.
      this.ports.log('warning', entry.name, faultOf(error).message);
    }
  }

  private tell(entry: QueueEntry, event: TrainEvent): void {
    const changed = entry.hear(event);
    // Epochs stand in the console of the run.
    if (event.type !== 'epoch') for (const { level, text } of linesOf(event)) this.ports.log(level, entry.name, text);
    this.emit('told', event);
    // Those that wait would fail one after the other.
    if (event.type === 'failed' && event.fault.code === faultCodes.diskFull) this.queue.hold();
    const now = performance.now();
    if (!changed && (event.type !== 'progress' || now - this.toldProgress < progressInterval)) return;
    this.toldProgress = now;
    this.emit('queue', this.queue.list());
  }

  private close(): void {
    this.queue.close();
    this.planner.close();
  }
}

/** The time of a step by the rates that a run has reported: their middle one, so that a moment's other work does not count. */
class StepTiming {
  private readonly rates: number[] = [];

  hear(event: TrainEvent): void {
    if (event.type === 'progress' && event.examplesPerSecond > 0) this.rates.push(event.examplesPerSecond);
    if (this.rates.length > 2000) this.rates.splice(0, 1000);
  }

  milliseconds(batch: number): number | null {
    // The first report has the start in it.
    const rates = this.rates.slice(1).sort((one, other) => one - other);
    return rates.length === 0 ? null : (1000 * batch) / rates[rates.length >> 1]!;
  }
}

interface AskedRates {
  readonly schedule: ScheduleSpec | { readonly type: string; readonly options: Readonly<Record<string, unknown>> };
  readonly learningRate: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  readonly points: number;
}

/** @throws EngineError `schedule.unknown`, `option.*` */
function learningRates({ schedule, learningRate, totalSteps, stepsPerEpoch, points }: AskedRates): RateCurve {
  const spec = { ...schedule, options: schedule.options as OptionArguments } as ScheduleSpec;
  const count = Math.max(2, Math.min(points, Math.ceil(totalSteps)));
  const steps = Float64Array.from({ length: count }, (_, index) =>
    Math.round((index * (totalSteps - 1)) / (count - 1)),
  );
  const rates = steps.map((step) => learningRateAt(spec, { step, totalSteps, stepsPerEpoch, baseRate: learningRate }));
  return { steps, rates };
}
