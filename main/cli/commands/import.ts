// `import`: brings a run folder into a workspace.
import { resolve } from 'node:path';
import { importRun } from '../../services/runFolders.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder } from '../context.js';
import { CliError, exitCodes } from '../exitCode.js';

export const importPath = defineCommand({
  summary: 'bring data or a run folder into a workspace',
  details: 'A run folder is what `export --format run` writes.',
  positionals: [{ name: 'path', summary: 'a file or a folder' }],
  options: { ...workspaceOption, ...jsonOption },
  examples: ['import digits-run'],
  run: ([path], { workspace, json }, context) =>
    withWorkspace(workspaceFolder(workspace, context), { create: true }, async (opened) => {
      const source = resolve(path!);
      const run = await importRun(opened, source);
      if (run === undefined)
        throw new CliError(
          'input.unknown',
          `'${source}': it must be a folder with 'run.json', as \`export --format run\` writes it.`,
        );
      if (json) printJson(context.out, { run, status: 'finished' });
      else printLine(context.out, `Imported run ${run}.`);
      return exitCodes.ok;
    }),
});
