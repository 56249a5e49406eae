// How far an export is, as a list of steps.
import type { ExportFormat, ExportProgress } from '../../../contract/services/exports.js';
import { exportTexts } from '../../texts/exports.js';

export type StepState = 'done' | 'now' | 'next';

export interface ShownStep {
  readonly step: ExportProgress['step'];
  readonly text: string;
  readonly state: StepState;
}

/** `progress` is what was told last; nothing yet: the first step is under way. */
export function shownSteps({ steps }: Pick<ExportFormat, 'steps'>, progress: ExportProgress | undefined): ShownStep[] {
  const current = Math.max(0, progress === undefined ? 0 : steps.indexOf(progress.step));
  return steps.map((step, index) => ({
    step,
    text:
      index === current && progress?.step === 'comparing'
        ? exportTexts.comparing(progress.examples)
        : exportTexts.steps[step],
    state: index < current ? 'done' : index === current ? 'now' : 'next',
  }));
}
