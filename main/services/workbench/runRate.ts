// How long a run will still take, from the steps that it has taken since it began or went on. Evaluations count.

export class RunRate {
  private first: { readonly step: number; readonly time: number } | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** null until there is something to go by. */
  secondsLeft(step: number, totalSteps: number): number | null {
    const time = this.now();
    this.first ??= { step, time };
    const steps = step - this.first.step;
    const elapsed = (time - this.first.time) / 1000;
    return steps <= 0 || elapsed < 1 ? null : ((totalSteps - step) * elapsed) / steps;
  }
}
