// ONNX files for the viewer: checked here, read and taken apart in a process of their own.
import { stat } from 'node:fs/promises';
import type { ViewModelResult } from '../../../contract/jobs.js';
import { faultCodes } from '../../../contract/fault.js';
import type { CallContext } from '../../../contract/service.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { runInWorker } from '../launcher.js';
import type { WorkbenchPorts } from './ports.js';

const byteLimit = 2 ** 31 - 1;

/** @throws EngineError `file.notFound`, `onnx.*` */
export async function viewOnnxFile(
  ports: WorkbenchPorts,
  path: string,
  { progress, signal }: CallContext<{ readonly stage: string }>,
): Promise<ViewModelResult> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new EngineError(faultCodes.fileMissing, `Model '${path}': there is no such file`);
  if (found.size > byteLimit)
    throw new EngineError(
      'onnx.tooLarge',
      `Model '${path}': an ONNX file must be below 2 GiB, got ${found.size} bytes`,
    );
  progress({ stage: 'reading' });
  // The worker has nothing to finish: it is ended at once.
  const ended = new AbortController();
  const viewed = runInWorker<never, ViewModelResult>(
    (entry) => {
      const worker = ports.launch(entry);
      signal.addEventListener('abort', () => worker.kill(), { once: true, signal: ended.signal });
      return worker;
    },
    { entry: 'viewModel.node', job: { kind: 'viewModel', path }, onEvent: () => undefined },
  );
  return viewed.finally(() => ended.abort());
}
