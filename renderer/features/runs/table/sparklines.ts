// The small curves of the table: asked for in batches for the rows that are seen, kept until the run has gone on.
import { shallowReactive } from 'vue';
import type { RunRecord } from '../../../../contract/services/runs.js';
import { useServices } from '../../../services.js';

const width = 48;
const most = 100;

export class Sparklines {
  /** By run and metric. */
  private readonly known = shallowReactive(new Map<string, { readonly step: number; readonly values: Float64Array }>());
  private readonly wanted = new Map<string, { readonly run: string; readonly name: string; readonly step: number }>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** undefined while it is not there yet. */
  valuesOf({ run, step }: RunRecord, name: string): Float64Array | undefined {
    const key = `${run} ${name}`;
    const found = this.known.get(key);
    if (found?.step !== step) {
      this.wanted.set(key, { run, name, step });
      this.timer ??= setTimeout(() => void this.ask(), 60);
    }
    return found?.values;
  }

  private async ask(): Promise<void> {
    // The last asked for are those that are seen now.
    const batch = [...this.wanted].slice(-most);
    this.wanted.clear();
    const series = batch.map(([, { run, name }]) => ({ run, name }));
    const curves = await useServices()
      .runs.curves({ series, width })
      .catch(() => []);
    // What came into view meanwhile waits for the next question.
    this.timer = this.wanted.size > 0 ? setTimeout(() => void this.ask(), 60) : undefined;
    const byKey = new Map(curves.map(({ run, name, values }) => [`${run} ${name}`, Float64Array.from(values)]));
    for (const [key, { step }] of batch) this.known.set(key, { step, values: byKey.get(key) ?? new Float64Array() });
  }
}
