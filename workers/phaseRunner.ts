// Runs one compiled phase on a session: feeds from the state and a batch, writes the next state.
import type { Tensor } from '../engine/ir/tensor.js';
import { EngineError } from '../engine/ir/diagnostic.js';
import type { StateStore } from '../engine/training/state.js';
import { StepFeeds } from '../engine/training/stepFeeds.js';
import type { StepInterface } from '../engine/training/stepGraph.js';
import type { StepClock } from '../engine/training/stepScalars.js';
import type { Session } from './backends/backend.js';

export class PhaseRunner {
  private readonly stepFeeds: StepFeeds;

  constructor(
    private readonly step: StepInterface,
    private readonly session: Session,
    state: StateStore,
  ) {
    this.stepFeeds = new StepFeeds(step, state);
  }

  /**
   * One run. The next state stays aside until {@link commit}, so that a step whose loss is not finite
   * can be dropped.
   */
  async run(batch: Readonly<Record<string, Tensor>>, clock: StepClock): Promise<Record<string, Tensor>> {
    const { stepFeeds, session } = this;
    const outputs = await session.run(stepFeeds.feeds(batch, clock), stepFeeds.targets());
    const results: Record<string, Tensor> = {};
    for (const [name, output] of Object.entries(this.step.results)) {
      const tensor = outputs[output];
      if (!tensor) throw new EngineError('step.result', `${this.step.name}: output '${output}' was not computed`);
      results[name] = tensor;
    }
    return results;
  }

  /** The feeds that {@link run} would use. */
  feeds(batch: Readonly<Record<string, Tensor>>, clock: StepClock): Record<string, Tensor> {
    return this.stepFeeds.feeds(batch, clock);
  }

  commit(): void {
    this.stepFeeds.commit();
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}
