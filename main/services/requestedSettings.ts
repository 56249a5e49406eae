// The settings of a request over those that the data comes with, checked as a whole.
import { z } from 'zod';
import type { TrainRequest } from '../../contract/training.js';
import { readAugmentation } from '../../engine/data/augment/pipeline.js';
import { EngineError, type Diagnostic } from '../../engine/ir/diagnostic.js';
import { formatPath } from '../../engine/layers/modelSpec.js';
import { trainSettingsSchema, type TrainSettings } from '../../engine/training/settings.js';

function augmentationOf({ augmentation }: TrainRequest): TrainSettings['augmentation'] {
  return augmentation === null ? undefined : readAugmentation(augmentation);
}

/** The request's single settings over its whole ones over the defaults. @throws EngineError `settings.invalid` with all faults */
export function settingsOf(request: TrainRequest, given: unknown, defaults: TrainSettings): TrainSettings {
  const base = withoutNull({ ...defaults, ...(given as object | undefined) }) as z.input<typeof trainSettingsSchema>;
  const { weightDecay } = request;
  const optimizer =
    request.optimizer === undefined || request.optimizer === base.optimizer.type
      ? base.optimizer
      : { type: request.optimizer, options: {} };
  const parsed = trainSettingsSchema.safeParse({
    ...base,
    ...(request.epochs !== undefined && { epochs: request.epochs }),
    ...(request.batch !== undefined && { batch: request.batch }),
    ...(request.learningRate !== undefined && { learningRate: request.learningRate }),
    ...(request.schedule !== undefined && { schedule: { type: request.schedule } }),
    ...(request.loss !== undefined && { loss: { type: request.loss } }),
    ...(request.precision !== undefined && { precision: request.precision }),
    optimizer: {
      ...optimizer,
      options: { ...optimizer.options, ...(weightDecay !== undefined && { weightDecay }) },
    },
    ...(request.fineTune && { freeze: request.fineTune.freeze }),
    ...(request.augmentation !== undefined && { augmentation: augmentationOf(request) }),
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(faultOfIssue);
  throw new EngineError(
    'settings.invalid',
    `Training settings: ${z.prettifyError(parsed.error)}`,
    faults[0]?.place,
    faults,
  );
}

/** null takes back what the defaults set. */
function withoutNull(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}

function faultOfIssue(issue: z.core.$ZodIssue): Diagnostic {
  const field = formatPath(issue.path);
  return {
    code: 'settings.invalid',
    severity: 'error',
    message: `Training settings: ${field || 'the document'} ${ruleOf(issue)}`,
    place: { path: field ? `settings.${field}` : 'settings' },
  };
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small')
    return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${String(issue.minimum)}`;
  if (issue.code === 'too_big')
    return `must be ${issue.inclusive === false ? 'below' : 'at most'} ${String(issue.maximum)}`;
  if (issue.code === 'invalid_type') return `must be of type ${issue.expected}`;
  return `is not right: ${issue.message}`;
}
