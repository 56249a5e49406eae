// The memory of a training as a bar against that of the computer.
import type { MemoryParts, TrainingEstimate } from '../../../../contract/services/training.js';
import { formatBytes } from '../../../components/format.js';
import { trainingTexts } from '../../../texts/training.js';

export interface MemoryBar {
  readonly parts: readonly {
    readonly name: keyof typeof trainingTexts.estimate.parts;
    readonly title: string;
    readonly text: string;
    /** Of the bar. */
    readonly share: number;
  }[];
  /** `warning`: more than is free; `error`: more than there is. */
  readonly tone: 'plain' | 'warning' | 'error';
}

const names = ['parameters', 'optimizer', 'activations', 'data', 'runtime'] as const;

export function memoryBar(memory: MemoryParts, { totalBytes, freeBytes }: TrainingEstimate['machine']): MemoryBar {
  const whole = Math.max(memory.total, totalBytes);
  return {
    parts: names.map((name) => ({
      name,
      title: trainingTexts.estimate.parts[name],
      text: formatBytes(memory[name]),
      share: memory[name] / whole,
    })),
    tone: memory.total > totalBytes ? 'error' : memory.total > freeBytes ? 'warning' : 'plain',
  };
}
