// What exports need of a browser: gzip. The parts of pages are files, which the main side has.
import { EngineError } from '../engine/ir/diagnostic.js';
import type { ExportHost } from './exportJob.js';

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const piped = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

export const exportHost: ExportHost = {
  gzip: (bytes) => through(bytes, new CompressionStream('gzip')),
  gunzip: (bytes) => through(bytes, new DecompressionStream('gzip')),
  pageParts: () =>
    Promise.reject(
      new EngineError('export.host', 'Export: a page is put together by the main side, not by a web worker.'),
    ),
};
