// What is being exported of each run: choices, progress, results. They outlive the panel, which may be closed meanwhile.
import { reactive } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../contract/fault.js';
import type { ExportFormat, ExportFormats, ExportOutcome, ExportProgress } from '../../../contract/services/exports.js';
import type { CallOptions } from '../../../contract/service.js';
import { defaultValues, fileName, givenOptions, withEnding, type OptionValue } from './exportForm.js';

export interface ExportRequest {
  readonly run: string;
  readonly format: string;
  readonly options: Record<string, number | boolean | string | number[]>;
  readonly checkpoint?: 'best' | 'last';
  readonly path?: string;
  readonly replace?: boolean;
}

/** What a session needs of the exports service. */
export interface ExportCalls {
  formats(argument: { readonly run: string }): Promise<ExportFormats>;
  export(argument: ExportRequest, options?: CallOptions<ExportProgress>): Promise<ExportOutcome>;
}

export interface FinishedExport extends ExportOutcome {
  readonly title: string;
  readonly type: string;
}

export type Checkpoint = 'best' | 'last';

interface SessionState {
  formats: ExportFormats | undefined;
  /** Why the formats are not known. */
  loadFault: Fault | undefined;
  type: string;
  values: Record<string, Record<string, OptionValue>>;
  /** Chosen by the person; left out: the service chooses. */
  checkpoint: Checkpoint | undefined;
  paths: Record<string, string>;
  isWorking: boolean;
  progress: ExportProgress | undefined;
  fault: Fault | undefined;
  wasCancelled: boolean;
  /** The newest first. */
  finished: readonly FinishedExport[];
}

export class ExportSession {
  readonly state: SessionState = reactive({
    formats: undefined,
    loadFault: undefined,
    type: '',
    values: {},
    checkpoint: undefined,
    paths: {},
    isWorking: false,
    progress: undefined,
    fault: undefined,
    wasCancelled: false,
    finished: [],
  });
  private controller: AbortController | undefined;

  constructor(
    readonly run: string,
    private readonly calls: ExportCalls,
  ) {}

  /** The chosen format, once formats are known. */
  get format(): ExportFormat | undefined {
    return this.state.formats?.formats.find(({ type }) => type === this.state.type);
  }

  get values(): Record<string, OptionValue> {
    return this.state.values[this.state.type] ?? {};
  }

  /** Where the chosen format would be written. */
  get path(): string {
    const { formats, paths, type } = this.state;
    const { format } = this;
    if (!formats || !format) return '';
    const separator = formats.folder.includes('\\') ? '\\' : '/';
    return paths[type] ?? `${formats.folder}${separator}${fileName(format, formats.names[type] ?? this.run)}`;
  }

  async load(): Promise<void> {
    try {
      const formats = await this.calls.formats({ run: this.run });
      this.state.formats = formats;
      this.state.loadFault = undefined;
      for (const format of formats.formats) this.state.values[format.type] ??= defaultValues(format);
      if (this.format?.reason !== null)
        this.state.type = formats.formats.find(({ reason }) => reason === null)?.type ?? '';
    } catch (error) {
      this.state.loadFault = faultOf(error);
    }
  }

  choosePath(path: string): void {
    if (this.format) this.state.paths[this.state.type] = withEnding(this.format, path);
  }

  forgetPath(): void {
    this.state.paths = Object.fromEntries(
      Object.entries(this.state.paths).filter(([type]) => type !== this.state.type),
    );
  }

  async start(): Promise<void> {
    const { state, format } = this;
    if (!format || state.isWorking) return;
    const controller = new AbortController();
    this.controller = controller;
    Object.assign(state, { isWorking: true, progress: undefined, fault: undefined, wasCancelled: false });
    const path = state.paths[format.type];
    try {
      const outcome = await this.calls.export(
        {
          run: this.run,
          format: format.type,
          options: givenOptions(format, this.values),
          ...(state.checkpoint && { checkpoint: state.checkpoint }),
          // The dialog has asked before it gave a name that is taken.
          ...(path !== undefined && { path, replace: true }),
        },
        { signal: controller.signal, onProgress: (progress) => (state.progress = progress) },
      );
      state.finished = [{ ...outcome, title: format.title, type: format.type }, ...state.finished];
      // The name is taken now: the next export has another.
      await this.load();
    } catch (error) {
      const fault = faultOf(error);
      if (fault.code === faultCodes.cancelled) state.wasCancelled = true;
      else state.fault = fault;
    } finally {
      state.isWorking = false;
    }
  }

  cancel(): void {
    this.controller?.abort();
  }
}

const sessions = new Map<string, ExportSession>();

export function exportSession(run: string, calls: ExportCalls): ExportSession {
  const session = sessions.get(run) ?? new ExportSession(run, calls);
  sessions.set(run, session);
  return session;
}
