// Progress on a terminal: one line that is rewritten at most ten times a second; plain lines, rarely, when it is no terminal.
import type { Terminal } from './context.js';

export interface ProgressState {
  readonly done: number;
  readonly total: number;
  /** As `epoch 3/20`. */
  readonly label: string;
  /** As `8 540 examples/s  loss 0.1234`. */
  readonly detail: string;
}

const terminalInterval = 100;
const plainInterval = 10_000;

export class ProgressBar {
  private readonly started: number;
  private lastShown = -Infinity;
  private firstDone: number | undefined;
  private visible = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly now: () => number = Date.now,
  ) {
    this.started = now();
  }

  update(state: ProgressState): void {
    this.firstDone ??= state.done;
    const time = this.now();
    const isTerminal = this.terminal.isTTY === true;
    if (time - this.lastShown < (isTerminal ? terminalInterval : plainInterval)) return;
    // Without a terminal the first line comes after the interval: short runs stay silent.
    const isFirst = this.lastShown === -Infinity;
    this.lastShown = time;
    if (isTerminal) this.draw(state, time);
    else if (!isFirst) this.terminal.write(`${describe(state, this.timeLeft(state, time))}\n`);
  }

  /** Prints a line above the bar. */
  print(text: string): void {
    this.clear();
    this.terminal.write(`${text}\n`);
  }

  /** Removes the bar. */
  clear(): void {
    if (this.visible) this.terminal.write('\r\u001b[K');
    this.visible = false;
    if (this.terminal.isTTY === true) this.lastShown = -Infinity;
  }

  private draw(state: ProgressState, time: number): void {
    const text = describe(state, this.timeLeft(state, time));
    const width = Math.max(0, Math.min(24, (this.terminal.columns ?? 80) - text.length - 4));
    const filled = Math.round((width * state.done) / Math.max(1, state.total));
    const bar = width < 8 ? '' : `${'█'.repeat(filled)}${'░'.repeat(width - filled)}  `;
    this.terminal.write(`\r\u001b[K${(bar + text).slice(0, (this.terminal.columns ?? 80) - 1)}`);
    this.visible = true;
  }

  /** In milliseconds, from the rate since the start; none before there is a rate. */
  private timeLeft({ done, total }: ProgressState, time: number): number | undefined {
    const finished = done - (this.firstDone ?? 0);
    return finished > 0 ? ((time - this.started) / finished) * (total - done) : undefined;
  }
}

function describe({ done, total, label, detail }: ProgressState, left: number | undefined): string {
  const percent = `${Math.floor((100 * done) / Math.max(1, total))} %`;
  return [label, percent, detail, left === undefined ? '' : `${formatDuration(left)} left`]
    .filter((part) => part !== '')
    .join('  ');
}

/** `42 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
