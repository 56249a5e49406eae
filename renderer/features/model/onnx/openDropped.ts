// ONNX files that were dropped on the window: opened where they lie, or where they were handed over to.
import { electronBridge } from '../../../channel/electronPort.js';
import { collectFiles, droppedPath, entriesOf, isModelFile, type DroppedEntry } from '../../../files/droppedFiles.js';
import { uploadFiles } from '../../../files/uploadFiles.js';
import { useServices } from '../../../services.js';
import { notify, notifyFault } from '../../../shell/notifications.js';
import { openPanel } from '../../../shell/workbench.js';
import { modelTexts } from '../../../texts/model.js';

/** To be called while the drop event is handled. @returns whether a model is among what was dropped */
export function openDroppedModels(transfer: DataTransfer): boolean {
  const entries = entriesOf(transfer);
  if (!entries.some(({ name }) => isModelFile(name))) return false;
  const path = droppedPath(transfer, electronBridge()?.pathOf);
  if (path === undefined) void handOver(entries).catch(notifyFault);
  else openPanel('model.onnx', { path });
  return true;
}

/** Files of weights that lie beside a model go with it. */
async function handOver(entries: readonly DroppedEntry[]): Promise<void> {
  const stopping = new AbortController();
  const done = notify('info', modelTexts.viewer.handingOver, {
    duration: 3_600_000,
    action: { title: modelTexts.viewer.cancel, run: () => stopping.abort() },
  });
  try {
    const { signal } = stopping;
    const dropped = await collectFiles(entries, signal);
    const { folder } = await uploadFiles(useServices().files, dropped, { signal, onProgress: () => undefined });
    for (const { name } of dropped) if (isModelFile(name)) openPanel('model.onnx', { path: `${folder}/${name}` });
  } finally {
    done();
  }
}
