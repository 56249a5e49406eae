// How many computing threads pay: one a physical core, within what this process may use.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform } from 'node:os';

/** Physical cores available to this process; hyper-threads are not counted where that can be told. */
export function physicalCores(): number {
  const allowed = availableParallelism();
  return Math.max(1, Math.min(allowed, platform() === 'linux' ? (linuxCores() ?? allowed) : halfOnIntel(allowed)));
}

/** Distinct (package, core) pairs of /proc/cpuinfo. */
function linuxCores(): number | undefined {
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    const cores = new Set<string>();
    for (const block of text.split('\n\n')) {
      const core = /^core id\s*: (\d+)/m.exec(block)?.[1];
      const socket = /^physical id\s*: (\d+)/m.exec(block)?.[1];
      if (core !== undefined) cores.add(`${socket ?? '0'}/${core}`);
    }
    return cores.size || undefined;
  } catch {
    return undefined;
  }
}

/** Other systems do not say: Intel's desktop processors have two threads a core, Apple's have one. */
function halfOnIntel(allowed: number): number {
  return cpus()[0]?.model.includes('Intel') ? Math.ceil(allowed / 2) : allowed;
}
