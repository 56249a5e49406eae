// What a trainer tells while it runs, gathered so that messages do not slow the steps down.
import type { MetricPoints, TrainerEvent } from '../contract/training.js';
import type { Metrics } from '../contract/run.js';
import type { TrainSettings } from '../engine/training/settings.js';
import type { DriverUse } from './stepDriver.js';

/** Milliseconds between two reports. */
const interval = 200;

export class TrainingReport {
  private points = new Map<string, { steps: number[]; values: number[] }>();
  private lastSent = performance.now();
  /** Since when steps are taken without a break. */
  private mark = performance.now();
  /** Milliseconds of steps since the last report, without evaluations and pauses. */
  private active = 0;
  private examples = 0;
  private rate = 0;
  /** Resolves when what was told of the steps has been sent: a host that is slow makes the steps wait. */
  sent: Promise<void> = Promise.resolve();

  constructor(
    private readonly send: (event: TrainerEvent) => void | Promise<void>,
    private readonly settings: TrainSettings,
    private readonly totalSteps: number,
    private readonly use: () => DriverUse = () => ({}),
  ) {}

  /** After a step; `epoch` counts with its fraction. Sends at most five times a second. */
  step(step: number, epoch: number, examples: number, values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.add(name, step, value);
    this.examples += examples;
    const now = performance.now();
    this.active += now - this.mark;
    this.mark = now;
    if (now - this.lastSent < interval) return;
    this.rate = (this.examples * 1000) / Math.max(this.active, 0.001);
    this.examples = 0;
    this.active = 0;
    this.lastSent = now;
    const progress: TrainerEvent = {
      type: 'progress',
      epoch,
      epochs: this.settings.epochs,
      step,
      totalSteps: this.totalSteps,
      examplesPerSecond: this.rate,
      ...this.use(),
      losses: { train_loss: values.train_loss ?? null },
    };
    this.sent = Promise.all([this.send(progress), this.flush()]).then(() => undefined);
    // Whoever waits for it is told; until then it is nobody's.
    this.sent.catch(() => undefined);
  }

  async epoch(epoch: number, step: number, metrics: Metrics): Promise<void> {
    for (const [name, value] of Object.entries(metrics))
      // The mean of the epoch has a series of its own beside that of the steps.
      this.add(name === 'train_loss' ? 'train_loss_epoch' : name, step, value ?? NaN);
    await this.flush();
    await this.send({ type: 'epoch', epoch, step, metrics });
    this.restart();
  }

  /** What came between steps (an evaluation, a pause) is not counted into the rate of those that follow. */
  restart(): void {
    this.mark = performance.now();
  }

  async flush(): Promise<void> {
    if (this.points.size === 0) return;
    const series: MetricPoints[] = [...this.points].map(([name, { steps, values }]) => ({ name, steps, values }));
    this.points = new Map();
    await this.send({ type: 'metrics', series });
  }

  private add(name: string, step: number, value: number): void {
    const known = this.points.get(name) ?? { steps: [], values: [] };
    known.steps.push(step);
    known.values.push(value);
    this.points.set(name, known);
  }
}
