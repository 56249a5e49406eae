// `import`: brings data or a run folder into a workspace.
import { resolve } from 'node:path';
import { importDataSet, type DatasetManifest } from '../../services/datasets/importDataSet.js';
import { importRun } from '../../services/runFolders.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { ProgressBar } from '../progressBar.js';

export const importPath = defineCommand({
  summary: 'bring data or a run folder into a workspace',
  details:
    'Data: a table (CSV, TSV, Parquet, JSON, JSON lines), a text, arrays (NPY, NPZ, IDX), a folder or ZIP archive with a folder of images for each class, or a folder with dataset.json. Data of a name that is there already become its new version. A run folder is what `export --format run` writes.',
  positionals: [{ name: 'path', summary: 'a file or a folder' }],
  options: {
    ...workspaceOption,
    ...jsonOption,
    name: { type: 'text', value: 'NAME', summary: 'what the data set is called; default: as the file' },
    target: {
      type: 'text',
      value: 'COLUMN',
      summary: 'the column to predict; default: one called target, label or class, else the last',
    },
  },
  examples: ['import flowers.csv --target species', 'import digits-run'],
  run: ([path], { workspace, json, name, target }, context) =>
    withWorkspace(workspaceFolder(workspace, context), { create: true }, async (opened) => {
      const run = await importRun(opened, resolve(path!));
      if (run !== undefined) {
        if (json) printJson(context.out, { run, status: 'finished' });
        else printLine(context.out, `Imported run ${run}.`);
        return exitCodes.ok;
      }
      const bar = new ProgressBar(context.err);
      const progress = (stage: string, done: number, total: number): void => {
        if (total > 0) bar.update({ done, total, label: stage, detail: '' });
      };
      const watched = { signal: context.interruption, progress };
      const record = await importDataSet(path!, opened, { name, target }, watched).catch((error: unknown) => {
        if (context.interruption.aborted) return undefined;
        throw error;
      });
      bar.clear();
      if (!record) {
        printLine(context.err, 'Stopped; nothing was imported.');
        return exitCodes.interrupted;
      }
      const { id, name: called, hash, manifest } = record;
      const { count, task, remarks } = manifest as DatasetManifest;
      if (json)
        printJson(context.out, { dataset: id, name: called, hash, examples: count, task, remarks, status: 'finished' });
      else {
        printLine(context.out, `Imported data set ${id}: ${count} examples, ${task}. Train with: train ${id}`);
        for (const remark of remarks) printLine(context.out, `Note: ${remark}.`);
      }
      return exitCodes.ok;
    }),
});
