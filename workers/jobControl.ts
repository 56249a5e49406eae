// What the host of a job has said so far: to stop, to wait, to go on; that an event was handled.
import type { ToWorker } from '../contract/worker.js';
import type { JobChannel } from './jobChannel.js';

export class JobControl implements Pick<JobChannel, 'stopped' | 'paused' | 'changed'> {
  private stop = false;
  private pause = false;
  private waiting: (() => void)[] = [];

  constructor(private readonly onHandled: () => void = () => undefined) {}

  readonly stopped = (): boolean => this.stop;
  readonly paused = (): boolean => this.pause;
  readonly changed = (): Promise<void> => new Promise((resolve) => this.waiting.push(resolve));

  hear(type: Exclude<ToWorker['type'], 'start'>): void {
    if (type === 'handled') {
      this.onHandled();
      return;
    }
    if (type === 'stop') this.stop = true;
    else this.pause = type === 'pause';
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }
}
