// The console of a run while it trains: what happened, in sentences, for whoever looks later.
import type { Metrics } from '../../contract/run.js';
import type { TrainEvent } from '../../contract/training.js';
import type { LogLevel } from '../store/runLog.js';
import type { Workspace } from '../store/workspace.js';

interface Line {
  readonly level: LogLevel;
  readonly text: string;
}

/** Milliseconds between two lines about epochs: short epochs would fill the console. */
const epochInterval = 2000;

export class RunConsole {
  private lastEpoch = 0;

  constructor(
    private readonly workspace: Workspace,
    private readonly run: string,
  ) {}

  note(event: TrainEvent): void {
    if (event.type === 'epoch') {
      if (Date.now() - this.lastEpoch < epochInterval) return;
      this.lastEpoch = Date.now();
    }
    for (const { level, text } of linesOf(event)) this.write(level, text);
  }

  write(level: LogLevel, text: string): void {
    try {
      this.workspace.runLog.append(this.run, level, text);
    } catch {
      // A full disk: the metrics and checkpoints that do not fit say so.
    }
  }
}

/** What an event is worth saying about, in sentences. */
export function linesOf(event: TrainEvent): Line[] {
  switch (event.type) {
    case 'started': {
      const from = event.resumedFrom > 0 ? `Continues from step ${event.resumedFrom}` : 'Starts';
      const why = event.reason === undefined ? '' : `; ${event.reason}`;
      const notes = (event.notes ?? []).map((text): Line => ({ level: 'info', text }));
      return [
        info(`${from} on ${event.backend}, ${event.totalSteps.toLocaleString('en')} steps in all${why}`),
        ...notes,
      ];
    }
    case 'epoch':
      return [info(`Epoch ${event.epoch}, step ${event.step}: ${formatMetrics(event.metrics)}`)];
    case 'paused':
      return [info(`Paused after step ${event.step}`)];
    case 'continued':
      return [info(`Goes on after step ${event.step}`)];
    case 'finished':
      return [info(`Finished: ${formatMetrics(event.metrics)}`)];
    case 'interrupted':
      return [
        event.fault
          ? {
              level: 'warning',
              text: `Interrupted: ${event.fault.message} The last checkpoint is that of step ${event.step}.`,
            }
          : info(`Stopped after step ${event.step}; it can be continued`),
      ];
    case 'failed':
      return [{ level: 'error', text: `Failed: ${event.fault.message}` }];
    case 'progress':
    case 'checkpoint':
      return [];
  }
}

function info(text: string): Line {
  return { level: 'info', text };
}

function formatMetrics(metrics: Metrics): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${value === null ? 'not finite' : Number(value.toPrecision(5)).toString()}`)
    .join(', ');
}
