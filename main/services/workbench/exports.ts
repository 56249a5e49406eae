// The exports service: what a run can be written as, and the writing, in a worker of its own.
import { faultCodes } from '../../../contract/fault.js';
import type { Implementation } from '../../../contract/service.js';
import type { exportsService } from '../../../contract/services/exports.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { openFile } from '../openFile.js';
import type { WorkbenchPorts } from './ports.js';
import { preparationBy } from './preparation.js';

export function makeExportsService(ports: WorkbenchPorts): Implementation<typeof exportsService> {
  const { workspace, activity, closing } = ports;
  /** What was written here: nothing else is opened for a window. */
  const written = new Set<string>();
  return {
    async formats({ run: wanted }) {
      const { run, status } = workspace.runs.find(wanted);
      // The engine is loaded when it is first needed: windows open without it.
      const [{ exportFormats }, { exportsFolder, freeName }, { readRunSpecification }] = await Promise.all([
        import('../exportFormats.js'),
        import('../exportRun.js'),
        import('../runSpecification.js'),
      ]);
      const specification = await readRunSpecification(workspace, run);
      const formats = exportFormats(specification?.trained);
      return {
        formats,
        folder: exportsFolder(workspace),
        names: Object.fromEntries(formats.map(({ type }) => [type, freeName(workspace, run, type)])),
        hasBest: await workspace.checkpoints(run).hasBest(),
        checkpoint: status === 'finished' ? 'last' : 'best',
      };
    },

    async export({ run: wanted, format, options, checkpoint, path, replace }, { signal, progress }) {
      const { run, name } = workspace.runs.find(wanted);
      const { exportRun } = await import('../exportRun.js');
      const leave = activity.enter('task', `Export of ${name}`);
      try {
        const outcome = await exportRun(
          { workspace, launch: ports.launch, prepare: preparationBy(ports) },
          run,
          { format, options, choice: checkpoint, path, replace },
          { onProgress: progress, signal: AbortSignal.any([signal, closing]) },
        );
        for (const file of outcome.files) written.add(file.path);
        ports.log('info', run, `Exported as ${format}: ${outcome.files.map((file) => file.path).join(', ')}`);
        return outcome;
      } finally {
        leave();
      }
    },

    open({ path }) {
      if (written.has(path)) return openFile(path);
      throw new EngineError(faultCodes.fileMissing, `File '${path}': only what was exported here can be opened.`, {
        path,
      });
    },
  };
}
