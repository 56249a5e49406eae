// The formats that a run can be exported in, as data: for forms and for the command line's help.
import type { ExportFormat, ExportOption } from '../../contract/services/exports.js';
import type { ExporterDefinition } from '../../engine/exporters/defineExporter.js';
import { allExporters } from '../../engine/exporters/index.js';
import type { OptionForm, OptionSpec } from '../../engine/layers/options.js';
import type { TrainedData } from '../../engine/training/trainingData.js';

/** What is written by the store and not by an exporter: `run` is a folder. */
export const wholeRunFormat = 'run';

const wholeRun: ExportFormat = {
  type: wholeRunFormat,
  title: 'Whole run',
  description: 'A folder with the record, the metrics and every checkpoint, for another workspace or an archive.',
  details:
    'On the command line, `descent import` takes it into another workspace.\nThe copy is read again and compared with the run byte by byte before it appears.',
  endings: [],
  steps: ['writing', 'reloading', 'saving'],
  options: [],
  reason: null,
};

/** @param data left out: nothing is refused */
export function exportFormats(data?: TrainedData): ExportFormat[] {
  return [...allExporters().map((exporter) => formatOf(exporter, data)), wholeRun];
}

function formatOf(exporter: ExporterDefinition, data: TrainedData | undefined): ExportFormat {
  const { format: type, title, description, details, endings, options, compares } = exporter;
  return {
    type,
    title,
    description,
    details,
    endings,
    steps: ['preparing', 'writing', 'reloading', ...(compares ? (['comparing'] as const) : []), 'saving'],
    options: Object.entries(options).map(([name, spec]) => optionOf(name, spec)),
    reason: (data && exporter.refusal?.(data)) ?? null,
  };
}

function optionOf(name: string, { form, label, unit, description, fallback }: OptionSpec<unknown>): ExportOption {
  return {
    name,
    title: label,
    description,
    kind: kindOf(form),
    fallback: (fallback as ExportOption['fallback'] | undefined) ?? null,
    minimum: 'min' in form ? form.min : null,
    maximum: 'max' in form ? form.max : null,
    above: null,
    below: null,
    unit: unit === '' ? null : unit,
    choices: form.kind === 'choice' ? form.choices : [],
  };
}

/** Exporters use these kinds of options, and texts. */
function kindOf({ kind }: OptionForm): ExportOption['kind'] {
  if (kind === 'flag' || kind === 'choice') return kind;
  if (kind === 'text') return 'text';
  return kind === 'whole' ? 'integer' : 'number';
}
