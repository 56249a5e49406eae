// What an exporter is: a format with its options as a form, what it writes, and how it reads that again before it says done.
import type { ExportCheck, ExportedFile, ExportStep } from '../../contract/jobs.js';
import type { Metrics } from '../../contract/run.js';
import { EngineError } from '../ir/diagnostic.js';
import type { Tensor } from '../ir/tensor.js';
import type { OptionSpecs, OptionValues } from '../layers/options.js';
import type { ExampleSet } from '../data/exampleSet.js';
import type { TrainingData } from '../training/trainingData.js';

/** A trained model that leaves. */
export interface ExportSubject {
  readonly run: string;
  readonly data: TrainingData;
  /** Parameters and buffers by name. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly metrics: Metrics;
}

/** Examples that training did not see (where there are any), and what the trained model makes of them. */
export interface HeldOut {
  readonly prepared: ExampleSet;
  readonly sample: Int32Array;
  /** The model's output as trained, in order, before the target's unit is restored. */
  readonly expected: readonly number[];
}

/** What a page is made of besides the model; see workers/exportedPage. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  /** For the page's content security policy: `sha256-…`. */
  readonly scriptHash: string;
  readonly styleHash: string;
  /** onnxruntime's WebAssembly, compressed by gzip. */
  readonly runtime: Uint8Array;
}

/** What an exporter may use of its host. */
export interface ExportTools {
  /** Tells what is being done; throws `call.cancelled` where nobody wants the export any more. */
  tell(step: ExportStep): Promise<void>;
  heldOut(): Promise<HeldOut>;
  /** Opens a model's bytes in a fresh session and runs it on batches of the given sizes, in order. */
  run(model: Uint8Array, batches: readonly Readonly<Record<string, Tensor>>[]): Promise<Record<string, Tensor>[]>;
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
  gunzip(bytes: Uint8Array): Promise<Uint8Array>;
  /** Throws `export.host` where the host has no such parts. */
  pageParts(): Promise<PageParts>;
}

export interface Exported {
  readonly files: readonly ExportedFile[];
  readonly checks: readonly ExportCheck[];
}

export interface ExporterDeclaration<O> {
  readonly format: string;
  readonly title: string;
  /** One sentence for a card. */
  readonly description: string;
  /** Further lines for the command line's help. */
  readonly details: string;
  /** Whether the files are run and held against the trained model; otherwise they are only read again. */
  readonly compares: boolean;
  /** Endings of the files that are written, the first is the one that is named. */
  readonly endings: readonly string[];
  readonly options: O;
  /** Why this model cannot be written in the format, in a sentence; nothing where it can. */
  refusal?(data: Pick<TrainingData, 'spec' | 'imported' | 'preprocessing'>): string | undefined;
  /** Writes the files and reads them again. Throws `export.*` where they are not what was trained. */
  write(subject: ExportSubject, options: OptionValues<O>, tools: ExportTools): Promise<Exported>;
}

export interface ExporterDefinition extends Omit<ExporterDeclaration<OptionSpecs>, 'write'> {
  /** `options` may leave out what has a default. Throws `export.options` for values that are not allowed. */
  write(subject: ExportSubject, options: Readonly<Record<string, unknown>>, tools: ExportTools): Promise<Exported>;
}

export function defineExporter<const O>(declaration: ExporterDeclaration<O>): ExporterDefinition {
  const specs = declaration.options as OptionSpecs;
  return {
    ...declaration,
    options: specs,
    write(subject, given, tools) {
      const refused = declaration.refusal?.(subject.data);
      if (refused !== undefined) throw new EngineError('export.refused', refused);
      const options = readOptions(declaration.title, specs, given) as OptionValues<O>;
      return declaration.write(subject, options, tools);
    },
  };
}

function readOptions(title: string, specs: OptionSpecs, given: Readonly<Record<string, unknown>>): object {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name)) continue;
    const known = Object.keys(specs).join(', ') || 'none';
    throw new EngineError('export.options', `${title}: option '${name}' must be one of ${known}`, { path: name });
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const { rule, required } = spec;
      const value = given[name] ?? spec.fallback;
      if (value === undefined ? required : !spec.accepts(value))
        throw new EngineError('export.options', `${title}: option ${name} must be ${rule}, got ${String(value)}`, {
          path: name,
        });
      return [name, value];
    }),
  );
}
