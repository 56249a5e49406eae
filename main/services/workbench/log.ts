// The console: the last lines in memory, and a bounded file of them in the workspace that outlives the process.
import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { LogLine } from '../../../contract/services/workspace.js';

/** Lines that are kept in memory. */
const kept = 10_000;
/** Bytes at which the file is cut to its newer half. */
const largestFile = 8 * 2 ** 20;
/** Bytes of the end of the file that are read when a workspace opens. */
const readAtStart = 512 * 2 ** 10;

const linePattern = /^(\S+) (info|warning|error) \[([^\]]*)\] (.*)$/;

export class Log {
  private readonly lines: LogLine[];
  private file: number | undefined;
  private bytes = 0;
  private last = 0;

  /** Lines of earlier sessions come first. A file that cannot be written is no reason to fail: the lines are still shown. */
  constructor(
    private readonly path: string,
    private readonly onLine: (line: LogLine) => void,
  ) {
    this.open();
    this.lines = this.readEnd();
  }

  add(level: LogLine['level'], source: string, text: string): void {
    const line: LogLine = { number: ++this.last, time: Date.now(), level, source, text };
    this.lines.push(line);
    // In large steps: removing one at a time would move all others.
    if (this.lines.length > 2 * kept) this.lines.splice(0, this.lines.length - kept);
    this.write(`${printLine(line)}\n`);
    this.onLine(line);
  }

  /** The last lines, oldest first; of one source where it is given. */
  tail(limit: number, source?: string): readonly LogLine[] {
    const lines = source === undefined ? this.lines : this.lines.filter((line) => line.source === source);
    return lines.slice(-Math.min(limit, kept));
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private open(): void {
    try {
      this.file = openSync(this.path, 'a+');
      this.bytes = fstatSync(this.file).size;
    } catch {
      this.file = undefined;
    }
  }

  private readEnd(): LogLine[] {
    if (this.file === undefined) return [];
    const start = Math.max(0, this.bytes - readAtStart);
    const buffer = Buffer.alloc(this.bytes - start);
    const count = readSync(this.file, buffer, 0, buffer.length, start);
    const whole = buffer.toString('utf8', 0, count);
    return parseLines(start > 0 ? whole.slice(whole.indexOf('\n') + 1) : whole).map((line) => ({
      ...line,
      number: ++this.last,
    }));
  }

  private write(text: string): void {
    if (this.file === undefined) return;
    try {
      this.bytes += writeSync(this.file, text);
      if (this.bytes > largestFile) this.cut();
    } catch {
      // A full disk: what matters is told by those who need the space.
      this.close();
    }
  }

  private cut(): void {
    const bytes = readFileSync(this.path);
    const newer = bytes.subarray(bytes.indexOf(10, bytes.length >> 1) + 1);
    this.close();
    writeFileSync(`${this.path}.new`, newer);
    renameSync(`${this.path}.new`, this.path);
    this.open();
  }
}

/** One line of text a line, further ones indented. */
export function printLine({ time, level, source, text }: LogLine): string {
  const name = source.replaceAll(/[\]\n]/g, ' ');
  return `${new Date(time).toISOString()} ${level} [${name}] ${text.replaceAll('\n', '\n    ')}`;
}

/** The inverse of {@link printLine}; what is no line of a console is left out. */
export function parseLines(text: string): Omit<LogLine, 'number'>[] {
  const lines: { time: number; level: LogLine['level']; source: string; text: string }[] = [];
  for (const row of text.split('\n')) {
    const [, time, level, source, rest] = linePattern.exec(row) ?? [];
    if (time !== undefined)
      lines.push({ time: Date.parse(time), level: level as LogLine['level'], source: source!, text: rest! });
    else if (row.startsWith('    ') && lines.length > 0) lines.at(-1)!.text += `\n${row.slice(4)}`;
  }
  return lines;
}
