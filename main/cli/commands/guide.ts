// `guide`: a first training, explained as it goes.
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, workspaceOption } from '../command.js';
import { printLine, workspaceFolder } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { showTraining } from '../trainingView.js';

const example = 'penguins';

export const guide = defineCommand({
  summary: 'a first training, explained as it goes',
  positionals: [],
  options: { ...workspaceOption },
  examples: ['guide'],
  run: (_, { workspace }, context) => {
    const folder = workspaceFolder(workspace, context);
    const say = (text: string): void => printLine(context.out, text);
    say('Welcome to Descent. Everything happens on this computer; nothing is sent anywhere.\n');
    say(`A small network now learns to tell three species of penguins by their measurements.`);
    say(`What it learns is kept in the workspace ${folder}. Ctrl+C stops it at any time.\n`);
    return withWorkspace(folder, { create: true }, async (opened) => {
      const code = await showTraining(
        opened,
        { request: { data: example, modelName: example, seed: 0, backend: 'auto' } },
        false,
        context,
      );
      if (code !== exitCodes.ok) return code;
      const run = opened.runs.list({ data: example })[0]!.run;
      say('\nThe test metrics come from penguins that the network never saw. To go on:\n');
      const steps: [string, string][] = [
        [`show ${run}`, 'its settings and curves'],
        [`export ${run} --out penguins.onnx`, 'the model for use elsewhere'],
        ['train digits', 'a network that reads digits'],
        ['--help', 'all commands'],
      ];
      for (const [command, meaning] of steps) say(`  npm run -s descent -- ${command.padEnd(48)} ${meaning}`);
      return code;
    });
  },
});
