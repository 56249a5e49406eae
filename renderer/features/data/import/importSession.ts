// One import from the choice of a file to the data set: what is known so far, what is going on, how to go on or stop.
import { shallowReactive } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';
import type { Client } from '../../../../contract/service.js';
import type {
  datasetsService,
  DatasetSummary,
  ImportOptions,
  ImportPreview,
  LongProgress,
} from '../../../../contract/services/datasets.js';
import type { filesService } from '../../../../contract/services/files.js';
import { collectFiles, type DroppedEntry } from '../../../files/droppedFiles.js';
import { importTexts } from '../../../texts/dataImport.js';
import { formOf, keepChoices, optionsOf, type ImportForm, type ReadingChoices } from './importForm.js';
import { faultOfUpload } from './faultOfUpload.js';
import { estimateProgress, type ProgressEstimate } from './progressEstimate.js';
import { uploadFiles, type UploadProgress } from '../../../files/uploadFiles.js';

export type ImportPhase = 'choosing' | 'uploading' | 'looking' | 'ready' | 'importing' | 'done';

export interface ImportState {
  readonly id: string;
  phase: ImportPhase;
  /** What stopped the phase before; the person may change something and go on. */
  fault: Fault | undefined;
  /** What is imported; for dropped files, where they were put. */
  path: string | undefined;
  /** Its files were handed over: where they lie says nothing to the person. */
  isUploaded: boolean;
  /** The data set's name, or the file's until there is one. */
  title: string;
  preview: ImportPreview | undefined;
  form: ImportForm | undefined;
  reading: ReadingChoices;
  progress: ProgressEstimate | undefined;
  isStopping: boolean;
  result: DatasetSummary | undefined;
}

export interface ImportServices {
  readonly datasets: Pick<Client<typeof datasetsService>, 'preview' | 'import'>;
  readonly files: Pick<Client<typeof filesService>, 'beginUpload' | 'append' | 'discardUpload'>;
}

const blank: Omit<ImportState, 'id'> = {
  phase: 'choosing',
  fault: undefined,
  path: undefined,
  isUploaded: false,
  title: '',
  preview: undefined,
  form: undefined,
  reading: {},
  progress: undefined,
  isStopping: false,
  result: undefined,
};

export class ImportSession {
  readonly state: ImportState;
  private running: AbortController | undefined;
  private upload: string | undefined;
  /** What several files are called together: by the first, not by the folder that they lie in meanwhile. */
  private nameOfSeveral: string | undefined;

  /** @param now milliseconds of any clock, for the speed */
  constructor(
    id: string,
    private readonly services: ImportServices,
    private readonly now: () => number,
  ) {
    this.state = shallowReactive({ id, ...blank });
  }

  /** Looks into a file or folder of the main side's machine. */
  async look(path: string): Promise<void> {
    this.state.title = '';
    this.nameOfSeveral = undefined;
    await this.lookAt(path, 'choosing');
  }

  /** Hands dropped files over, then looks into them. */
  async lookInto(entries: readonly DroppedEntry[]): Promise<void> {
    const [first, ...others] = entries;
    this.state.title = others.length === 0 ? first!.name : importTexts.dropped(entries.length);
    this.nameOfSeveral = others.length === 0 ? undefined : first!.name.replace(/(.)\.[^.]*$/, '$1');
    let path: string | undefined;
    await this.during('uploading', 'choosing', async (signal) => {
      const dropped = await collectFiles(entries, signal);
      const onProgress = ({ bytes, totalBytes }: UploadProgress): void =>
        this.report({ stage: 'uploading', done: bytes, total: totalBytes });
      const done = await uploadFiles(this.services.files, dropped, { signal, onProgress });
      this.upload = done.upload;
      this.state.isUploaded = true;
      path = done.path;
    });
    if (path !== undefined) await this.lookAt(path, 'choosing');
  }

  /** The same file, read in another way or with images of another size. */
  async lookAgain(reading: ReadingChoices = this.state.reading): Promise<void> {
    const { path, preview } = this.state;
    this.state.reading = reading;
    if (path !== undefined) await this.lookAt(path, preview ? 'ready' : 'choosing');
  }

  change(form: ImportForm): void {
    this.state.form = form;
  }

  async start(): Promise<void> {
    const { path, preview, form, reading } = this.state;
    if (path === undefined || !preview || !form) return;
    this.state.title = form.name.trim();
    await this.during('importing', 'ready', async (signal) => {
      const options = optionsOf(form, preview, reading);
      const onProgress = (progress: LongProgress): void => this.report(progress);
      const result = await this.services.datasets.import({ path, options }, { signal, onProgress });
      Object.assign(this.state, { result, phase: 'done' });
      this.discardUpload();
    });
  }

  /** Stops what is going on; the phase before comes back. */
  stop(): void {
    if (!this.running) return;
    this.state.isStopping = true;
    this.running.abort();
  }

  /** Back to choosing. */
  forget(): void {
    this.running?.abort();
    this.running = undefined;
    this.discardUpload();
    Object.assign(this.state, blank);
  }

  private async lookAt(path: string, otherwise: ImportPhase): Promise<void> {
    const { state } = this;
    state.path = path;
    state.title ||= path.split(/[/\\]/).findLast(Boolean) ?? path;
    await this.during('looking', otherwise, async (signal) => {
      const { form } = state;
      const onProgress = (progress: LongProgress): void => this.report(progress);
      const found = await this.services.datasets.preview({ path, options: this.lookOptions() }, { signal, onProgress });
      if (signal.aborted) return;
      const preview = this.nameOfSeveral === undefined ? found : { ...found, suggestedName: this.nameOfSeveral };
      Object.assign(state, { preview, form: form ? keepChoices(form, preview) : formOf(preview), phase: 'ready' });
    });
  }

  /** What keeps it from being imported depends on all choices; otherwise the look depends on the reading alone. */
  private lookOptions(): ImportOptions {
    const { form, preview, reading } = this.state;
    if (form && preview?.obstacle) return optionsOf(form, preview, reading);
    return { ...reading, ...(form?.image && { image: form.image }) };
  }

  /** Runs one phase; a fault, or stopping, leads back to `otherwise`. */
  private async during(
    phase: ImportPhase,
    otherwise: ImportPhase,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    this.running?.abort();
    const controller = (this.running = new AbortController());
    const { signal } = controller;
    Object.assign(this.state, { phase, fault: undefined, progress: undefined, isStopping: false });
    try {
      await work(signal);
    } catch (error) {
      if (this.running !== controller) return;
      const fault = faultOf(error);
      const wasStopped = signal.aborted || fault.code === faultCodes.cancelled;
      Object.assign(this.state, { phase: otherwise, fault: wasStopped ? undefined : this.shown(fault) });
    } finally {
      if (this.running === controller) Object.assign(this.state, { progress: undefined, isStopping: false });
    }
  }

  private shown(fault: Fault): Fault {
    const { path, isUploaded, title } = this.state;
    return isUploaded && path !== undefined ? faultOfUpload(fault, path, title) : fault;
  }

  private report({ stage, done, total }: LongProgress): void {
    this.state.progress = estimateProgress(this.state.progress, { stage, done, total, at: this.now() });
  }

  private discardUpload(): void {
    const { upload } = this;
    this.upload = undefined;
    // It goes with the connection at the latest.
    if (upload !== undefined) this.services.files.discardUpload({ upload }).catch(() => undefined);
  }
}
