// One import from the choice of a file to the data set: what is known so far, what is going on, how to go on or stop.
import { shallowReactive } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';
import type { Client } from '../../../../contract/service.js';
import type {
  datasetsService,
  DatasetSummary,
  ImportPreview,
  LongProgress,
} from '../../../../contract/services/datasets.js';
import type { filesService } from '../../../../contract/services/files.js';
import { collectFiles, type DroppedEntry } from './droppedFiles.js';
import { formOf, keepChoices, optionsOf, type ImportForm, type ReadingChoices } from './importForm.js';
import { estimateProgress, type ProgressEstimate } from './progressEstimate.js';
import { uploadFiles } from './uploadFiles.js';

export type ImportPhase = 'choosing' | 'uploading' | 'looking' | 'ready' | 'importing' | 'done';

export interface ImportState {
  readonly id: string;
  phase: ImportPhase;
  /** What stopped the phase before; the person may change something and go on. */
  fault: Fault | undefined;
  /** What is imported; for dropped files, where they were put. */
  path: string | undefined;
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

export interface ImportSession {
  readonly state: ImportState;
  /** Looks into a file or folder of the main side's machine. */
  look(path: string): Promise<void>;
  /** Hands dropped files over, then looks into them. */
  lookInto(entries: readonly DroppedEntry[]): Promise<void>;
  /** The same file, read in another way or with images of another size. */
  lookAgain(reading?: ReadingChoices): Promise<void>;
  start(): Promise<void>;
  /** Stops what is going on; the phase before comes back. */
  stop(): void;
  /** Back to choosing. */
  forget(): void;
}

/** @param now milliseconds of any clock, for the speed */
export function makeImportSession(id: string, services: ImportServices, now: () => number): ImportSession {
  const state = shallowReactive<ImportState>({
    id,
    phase: 'choosing',
    fault: undefined,
    path: undefined,
    title: '',
    preview: undefined,
    form: undefined,
    reading: {},
    progress: undefined,
    isStopping: false,
    result: undefined,
  });
  let running: AbortController | undefined;
  let upload: string | undefined;

  const report = ({ stage, done, total }: LongProgress): void => {
    state.progress = estimateProgress(state.progress, { stage, done, total, at: now() });
  };

  /** Runs one phase; a fault, or stopping, leads back to `otherwise`. */
  async function during(phase: ImportPhase, otherwise: ImportPhase, work: (signal: AbortSignal) => Promise<void>) {
    running?.abort();
    const controller = (running = new AbortController());
    Object.assign(state, { phase, fault: undefined, progress: undefined, isStopping: false });
    try {
      await work(controller.signal);
    } catch (error) {
      if (running !== controller) return;
      const fault = faultOf(error);
      const wasStopped = controller.signal.aborted || fault.code === faultCodes.cancelled;
      Object.assign(state, { phase: otherwise, fault: wasStopped ? undefined : fault });
    } finally {
      if (running === controller) Object.assign(state, { progress: undefined, isStopping: false });
    }
  }

  function discardUpload(): void {
    // It goes with the connection at the latest.
    if (upload !== undefined) services.files.discardUpload({ upload }).catch(() => undefined);
    upload = undefined;
  }

  async function look(path: string, otherwise: ImportPhase = 'choosing'): Promise<void> {
    state.path = path;
    state.title ||= path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
    await during('looking', otherwise, async (signal) => {
      const { form } = state;
      const before = state.preview;
      // What keeps it from being imported depends on all choices; otherwise the look depends on the reading alone.
      const options =
        form && before?.obstacle
          ? optionsOf(form, before, state.reading)
          : { ...state.reading, ...(form?.image && { image: form.image }) };
      const preview = await services.datasets.preview({ path, options }, { signal, onProgress: report });
      if (signal.aborted) return;
      Object.assign(state, { preview, form: form ? keepChoices(form, preview) : formOf(preview), phase: 'ready' });
    });
  }

  async function lookInto(entries: readonly DroppedEntry[]): Promise<void> {
    state.title = entries.length === 1 ? entries[0]!.name : '';
    let path: string | undefined;
    await during('uploading', 'choosing', async (signal) => {
      const dropped = await collectFiles(entries, signal);
      const onProgress = ({ bytes, totalBytes }: { bytes: number; totalBytes: number }) =>
        report({ stage: 'uploading', done: bytes, total: totalBytes });
      const done = await uploadFiles(services.files, dropped, { signal, onProgress });
      upload = done.upload;
      path = done.path;
    });
    if (path !== undefined) await look(path);
  }

  return {
    state,
    look: (path) => look(path),
    lookInto,
    async lookAgain(reading = state.reading) {
      state.reading = reading;
      if (state.path !== undefined) await look(state.path, state.preview ? 'ready' : 'choosing');
    },
    async start() {
      const { path, preview, form, reading } = state;
      if (path === undefined || !preview || !form) return;
      state.title = form.name.trim();
      await during('importing', 'ready', async (signal) => {
        const options = optionsOf(form, preview, reading);
        const result = await services.datasets.import({ path, options }, { signal, onProgress: report });
        Object.assign(state, { result, phase: 'done' });
        discardUpload();
      });
    },
    stop() {
      if (!running) return;
      state.isStopping = true;
      running.abort();
    },
    forget() {
      running?.abort();
      running = undefined;
      discardUpload();
      Object.assign(state, { phase: 'choosing', fault: undefined, path: undefined, title: '', preview: undefined });
      Object.assign(state, { form: undefined, reading: {}, progress: undefined, isStopping: false, result: undefined });
    },
  };
}
