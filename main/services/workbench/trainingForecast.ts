// Looks at a training before it starts: everything that keeps it from starting, and what it will cost.
import { freemem, totalmem } from 'node:os';
import type { MeasureResult, TrainingCosts } from '../../../contract/jobs.js';
import { faultOf, type Fault } from '../../../contract/fault.js';
import type { TrainingEstimate } from '../../../contract/services/training.js';
import type { TrainRequest } from '../../../contract/training.js';
import { EngineError, type Place } from '../../../engine/ir/diagnostic.js';
import type { TrainSettings } from '../../../engine/training/settings.js';
import { settingsFaults } from '../../../engine/training/trainingFaults.js';
import type { TrainedData } from '../../../engine/training/trainingData.js';
import { runInWorker, type Launch } from '../launcher.js';
import { defaultsFor, requestedModel, requestedSettings } from '../prepareTraining.js';
import { withObjective } from '../trainingObjective.js';
import type { WorkbenchPorts } from './ports.js';
import type { BackendChooser, ChosenBackend, StepTimer } from './trainingBackend.js';
import { memoryOf, scaledStep, secondsOf } from './trainingCosts.js';
import { FactStore, type TrainingFacts } from './trainingFacts.js';
import type { TrainingPlanner } from './trainingPlanner.js';

export interface Checked {
  readonly faults: readonly Fault[];
  /** null where there are faults. */
  readonly sound: SoundTraining | null;
}

export interface SoundTraining {
  readonly facts: TrainingFacts;
  readonly settings: TrainSettings;
  readonly costs: TrainingCosts;
}

interface Watch {
  readonly signal: AbortSignal;
  progress(value: { readonly stage: string }): void;
}

interface TimedStep {
  readonly milliseconds: number;
  readonly basis: NonNullable<TrainingEstimate['basis']>;
}

export class TrainingForecast {
  readonly facts: FactStore;

  constructor(
    private readonly ports: WorkbenchPorts,
    private readonly planner: TrainingPlanner,
    private readonly chooser: BackendChooser,
  ) {
    this.facts = new FactStore(ports.workspace, ports.dataWork);
  }

  /** All faults at once; the path of each place says what to mend: `data`, `model`, `settings.batch`, `backend`. */
  async check(request: TrainRequest): Promise<Checked> {
    const read = await collect(this.factsFor(request), 'data');
    if (!read.value) return { faults: read.faults, sound: null };
    const facts = read.value;
    const settings = await collect(requestedSettings(request, facts), 'settings');
    const loss = settings.value?.loss.type ?? 'crossEntropy';
    const model = await collect(requestedModel(request, facts, loss), 'model');
    const device = await collect(this.chooser.choose(request.backend, this.knownTimer()), 'backend');
    const faults = [...settings.faults, ...model.faults, ...device.faults];
    if (!model.value) return { faults: [...faults, ...(settings.value ? faultsIn(settings.value) : [])], sound: null };
    // Where the settings cannot be read the model is still looked at, with those that the data would have.
    const trained: TrainedData = {
      preprocessing: facts.preprocessing,
      ...model.value,
      settings: settings.value ?? (await defaultsFor(request, facts)),
    };
    const { faults: found, plan } = await this.planner.plan(keyOf(request, facts), {
      data: trained,
      hasValidation: facts.parts.val > 0,
    });
    const all = [...faults, ...(settings.value ? found : found.filter(({ place }) => place?.path === 'model'))];
    if (all.length > 0 || !plan || !settings.value) return { faults: all, sound: null };
    return { faults: [], sound: { facts, settings: settings.value, costs: plan } };
  }

  private async factsFor(request: TrainRequest): Promise<TrainingFacts> {
    return withObjective(await this.facts.of(request), request);
  }

  /** @throws the first fault of {@link check} */
  async sound(request: TrainRequest): Promise<SoundTraining> {
    const { faults, sound } = await this.check(request);
    if (sound) return sound;
    const [first] = faults;
    const place = JSON.parse(JSON.stringify(first?.place ?? {})) as Place;
    throw new EngineError(first?.code ?? 'settings.invalid', first?.message ?? 'Training: it has faults.', place);
  }

  async estimate(request: TrainRequest, measure: boolean, watch: Watch): Promise<TrainingEstimate> {
    watch.progress({ stage: 'checking' });
    const sound = await this.sound(request);
    const { facts, settings, costs } = sound;
    const timer: StepTimer = measure ? (chosen) => this.measure(request, sound, chosen, watch) : this.knownTimer(sound);
    const chosen = await this.chooser.choose(request.backend, timer);
    if (measure && this.knownTime(costs, chosen)?.basis !== 'measured') await timer(chosen);
    const time = this.knownTime(costs, chosen, measure);
    const stepsPerEpoch = Math.ceil(facts.parts.train / settings.batch);
    const totalSteps = Math.ceil(settings.epochs * stepsPerEpoch);
    const course = { totalSteps, trainExamples: facts.parts.train, validationExamples: facts.parts.val };
    return {
      stepsPerEpoch,
      totalSteps,
      parameters: costs.parameters,
      flopsPerStep: costs.flopsPerStep,
      memory: memoryOf(costs, chosen.expected, facts),
      machine: { totalBytes: totalmem(), freeBytes: freemem() },
      backend: chosen.expected,
      reason: chosen.reason,
      seconds: time && secondsOf(time.milliseconds, course),
      basis: time?.basis ?? null,
    };
  }

  /** Times that are known already, or measured where they are not. */
  timerFor(request: TrainRequest, sound: SoundTraining, watch: Watch): StepTimer {
    return async (chosen) =>
      this.knownTime(sound.costs, chosen)?.milliseconds ?? (await this.measure(request, sound, chosen, watch));
  }

  private knownTimer(sound?: SoundTraining): StepTimer {
    return (chosen) => {
      const time = sound && this.knownTime(sound.costs, chosen);
      return Promise.resolve(time && time.basis !== 'rate' ? time.milliseconds : null);
    };
  }

  private knownTime(costs: TrainingCosts, { timedAs }: ChosenBackend, measured = false): TimedStep | null {
    const { stepTimes } = this.ports.workspace;
    const same = stepTimes.find(costs.shape, timedAs);
    if (same) return { milliseconds: same.milliseconds, basis: measured ? 'measured' : 'earlierRun' };
    const alike = stepTimes.nearest(costs.flopsPerStep, timedAs);
    const milliseconds = alike && scaledStep(alike, costs.flopsPerStep);
    return milliseconds === undefined ? null : { milliseconds, basis: 'rate' };
  }

  private async measure(
    request: TrainRequest,
    { costs }: SoundTraining,
    chosen: ChosenBackend,
    watch: Watch,
  ): Promise<number> {
    watch.progress({ stage: 'reading the data' });
    const { data } = await this.ports.dataWork.prepare({ request }, { signal: watch.signal });
    watch.progress({ stage: `timing steps on ${chosen.expected}` });
    const launch = chosen.place === 'window' ? (this.ports.launchInWindow() ?? this.ports.launch) : this.ports.launch;
    const { milliseconds } = await runInWorker<never, MeasureResult>(killedBy(watch.signal, launch), {
      entry: chosen.place === 'window' ? 'measure.web' : 'measure.node',
      job: { kind: 'measure', request: { ...request, backend: chosen.expected as TrainRequest['backend'] }, data },
      onEvent: () => undefined,
    });
    this.ports.workspace.stepTimes.keep(costs.shape, chosen.timedAs, { milliseconds, flops: costs.flopsPerStep });
    return milliseconds;
  }
}

/** A measurement has nothing to save: it need not be asked to stop. */
function killedBy(signal: AbortSignal, launch: Launch): Launch {
  return (entry) => {
    const worker = launch(entry);
    if (signal.aborted) worker.kill();
    else signal.addEventListener('abort', () => worker.kill(), { once: true });
    return worker;
  };
}

/** What the steps do not depend on. */
const aside = new Set(['name', 'modelName', 'seed', 'backend', 'threads', 'checkpointSeconds', 'keepCheckpoints']);

function keyOf(request: TrainRequest, { stamp }: TrainingFacts): string {
  const parts = Object.entries(request).filter(([name]) => !aside.has(name));
  return `${stamp} ${JSON.stringify(parts)}`;
}

function faultsIn(settings: TrainSettings): Fault[] {
  return settingsFaults(settings).map(({ code, message, place }) => ({ code, message, place }));
}

/** What the work gives, or its faults, at `path` where they name no place in the settings. */
async function collect<T>(
  work: Promise<T>,
  path: string,
): Promise<{ readonly value: T | undefined; readonly faults: readonly Fault[] }> {
  try {
    return { value: await work, faults: [] };
  } catch (error) {
    const whole = faultOf(error);
    const found = error instanceof EngineError ? error.diagnostics : [];
    const faults = found.length > 0 ? found.map(({ code, message, place }) => ({ code, message, place })) : [whole];
    const located = faults.map((fault) => {
      const known = fault.place?.path?.startsWith('settings') ?? false;
      return known ? fault : { ...fault, place: { ...fault.place, path } };
    });
    return { value: undefined, faults: located };
  }
}
