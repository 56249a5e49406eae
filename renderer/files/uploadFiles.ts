// Hands files of a browser to the main side in pieces: a browser does not tell where they lie.
import type { Client } from '../../contract/service.js';
import type { filesService } from '../../contract/services/files.js';
import { importRoot, type DroppedFile } from './droppedFiles.js';

export const pieceBytes = 4 * 2 ** 20;
/** Small files wait for each other's answers: some go at once. Pieces of one file go one after the other. */
const filesAtOnce = 6;

export interface UploadProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly files: number;
  readonly totalFiles: number;
}

export interface Upload {
  readonly upload: string;
  /** Where the files are now. */
  readonly folder: string;
  /** What to import. */
  readonly path: string;
}

type Files = Pick<Client<typeof filesService>, 'beginUpload' | 'append' | 'discardUpload'>;

/** @throws what the service rejects with; what was uploaded is discarded then */
export async function uploadFiles(
  files: Files,
  dropped: readonly DroppedFile[],
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: UploadProgress) => void },
): Promise<Upload> {
  const { upload, folder } = await files.beginUpload({}, { signal: options.signal });
  try {
    await sendAll(files, upload, dropped, options);
  } catch (error) {
    // The first fault is what matters; an upload that cannot be discarded goes with the connection.
    await files.discardUpload({ upload }).catch(() => undefined);
    throw error;
  }
  const root = importRoot(dropped.map(({ name }) => name));
  return { upload, folder, path: root === '' ? folder : `${folder}/${root}` };
}

async function sendAll(
  files: Files,
  upload: string,
  dropped: readonly DroppedFile[],
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: UploadProgress) => void },
): Promise<void> {
  const totalBytes = dropped.reduce((sum, { file }) => sum + file.size, 0);
  let [bytes, done, next] = [0, 0, 0];
  const report = (): void => onProgress({ bytes, totalBytes, files: done, totalFiles: dropped.length });
  const send = async ({ name, file }: DroppedFile): Promise<void> => {
    for (let from = 0; from === 0 || from < file.size; from += pieceBytes) {
      signal.throwIfAborted();
      const piece = new Uint8Array(await file.slice(from, from + pieceBytes).arrayBuffer());
      await files.append({ upload, name, bytes: piece }, { signal });
      bytes += piece.length;
      report();
    }
    done++;
    report();
  };
  const work = async (): Promise<void> => {
    while (next < dropped.length) await send(dropped[next++]!);
  };
  report();
  await Promise.all(Array.from({ length: Math.min(filesAtOnce, dropped.length) }, work));
}
