// Everything that keeps a training from being started, all at once and each where it can be mended: `model`,
// `settings.optimizer.options.beta1` … as the path of its place.
import { EngineError, type Diagnostic, type Place } from '../ir/diagnostic.js';
import { validateModel } from '../layers/lowerModel.js';
import { checkTraining } from './checkTraining.js';
import { graphOf, weightsOfGraph } from './importedModel.js';
import { lossOf } from './losses/index.js';
import { metricOf } from './metrics/index.js';
import { namedMetrics } from './metrics/namedMetrics.js';
import { optimizerOf } from './optimizers/index.js';
import { validateOptions, type OptionArguments, type OptionSpecs } from './options.js';
import { scheduleOf } from './schedules/index.js';
import { matchesAny, watchedMetric, type TrainSettings } from './settings.js';
import type { TrainedData } from './trainingData.js';

/** Never throws an EngineError. Faults of the whole (a loss that does not fit the output) are looked for once the parts are right. */
export function trainingFaults(data: TrainedData, hasValidation: boolean): Diagnostic[] {
  const parts = [...settingsFaults(data.settings, hasValidation), ...modelFaults(data)];
  if (parts.length > 0) return parts;
  return faultsOfWork(() => checkTraining(data), placeOfCode);
}

/** Faults of settings alone. */
export function settingsFaults(settings: TrainSettings, hasValidation = true): Diagnostic[] {
  const { optimizer, loss, schedule, metrics } = settings;
  const chosen = [
    ...typedFaults('settings.optimizer', 'Optimizer', optimizer, optimizerOf),
    ...typedFaults('settings.loss', 'Loss', loss, lossOf),
    ...typedFaults('settings.schedule', 'Schedule', schedule, scheduleOf),
    ...metrics.flatMap((metric, index) => typedFaults(`settings.metrics[${index}]`, 'Metric', metric, metricOf)),
  ];
  return chosen.length > 0 ? chosen : watchFaults(settings, hasValidation);
}

interface Typed {
  readonly type: string;
  readonly options: OptionArguments;
}

function typedFaults(
  path: string,
  kind: string,
  { type, options }: Typed,
  find: (type: string) => { readonly options: OptionSpecs },
): Diagnostic[] {
  return faultsOfWork(
    () => {
      const found = validateOptions(find(type).options, options, `${kind} ${type}`);
      if (found.length > 0) throw new EngineError(found[0]!.code, found[0]!.message, {}, found);
    },
    ({ place }) => (place.port === undefined ? path : `${path}.options.${place.port}`),
  );
}

/** What is watched must be measured. */
function watchFaults(settings: TrainSettings, hasValidation: boolean): Diagnostic[] {
  const watched = watchedMetric(settings);
  const part = hasValidation ? 'val' : 'train';
  const measured = [
    'train_loss',
    ...(hasValidation ? ['loss', ...namesOf(settings)].map((name) => `val_${name}`) : []),
  ];
  // Without a validation part the loss of training stands in for what would be watched.
  if (measured.includes(watched) || (!hasValidation && watched === 'val_loss')) return [];
  const path = settings.earlyStopping?.metric === undefined ? 'settings.bestBy' : 'settings.earlyStopping.metric';
  const message = `Training settings: the watched metric must be one of ${measured.join(', ')}, got ${watched}; add it to the metrics or watch ${part}_loss`;
  return [{ code: 'settings.watched', severity: 'error', message, place: { path } }];
}

function namesOf(settings: TrainSettings): string[] {
  return namedMetrics(settings.metrics).map(({ name }) => name);
}

function modelFaults({ spec, imported, settings }: TrainedData): Diagnostic[] {
  if (imported)
    return faultsOfWork(
      () => requireTrainable([...weightsOfGraph(graphOf(imported)).keys()], settings),
      () => 'model',
    );
  return validateModel(spec)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map((fault) => ({ ...fault, place: { ...fault.place, path: 'model' } }));
}

function requireTrainable(weights: readonly string[], { freeze }: TrainSettings): void {
  if (weights.some((name) => !matchesAny(freeze, name))) return;
  throw new EngineError(
    'settings.freeze',
    `Training settings: some weight must be trained, but the patterns ${freeze.join(', ')} freeze all ${weights.length}; leave one out`,
    { path: 'settings.freeze' },
  );
}

function faultsOfWork(work: () => void, pathOf: (fault: Diagnostic) => string): Diagnostic[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { code, message, place, diagnostics } = error;
    const whole: Diagnostic = { code, severity: 'error', message, place };
    return (diagnostics.length > 0 ? diagnostics : [whole]).map((fault) => located(fault, pathOf));
  }
}

/** A path that leads into the settings already is kept. */
function located(fault: Diagnostic, pathOf: (fault: Diagnostic) => string): Diagnostic {
  const { path } = fault.place;
  const place: Place = path?.startsWith('settings') ? fault.place : { ...fault.place, path: pathOf(fault) };
  return { ...fault, place };
}

const areas: readonly (readonly [RegExp, string])[] = [
  [/^loss\./, 'settings.loss'],
  [/^metric\./, 'settings.metrics'],
  [/^optimizer\./, 'settings.optimizer'],
  [/^schedule\./, 'settings.schedule'],
  [/^augment/, 'settings.augmentation'],
  [/^settings\./, 'settings'],
  [/^data\./, 'data'],
];

/** Where a fault of the whole is mended: mostly in the model. */
function placeOfCode({ code, message }: Diagnostic): string {
  const area = areas.find(([pattern]) => pattern.test(code));
  if (area) return area[1];
  return message.startsWith('Loss ') ? 'settings.loss' : message.startsWith('Metric ') ? 'settings.metrics' : 'model';
}
