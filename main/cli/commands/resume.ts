// `resume`: continues a run from its last checkpoint.
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { workspaceFolder } from '../context.js';
import { showTraining } from '../trainingView.js';

export const resume = defineCommand({
  summary: 'continue an interrupted run',
  details: 'It goes on from the last checkpoint, to the bit as if the run had never been stopped.',
  positionals: [{ name: 'run', summary: 'a run, or the beginning or end of its name' }],
  options: { ...workspaceOption, ...jsonOption },
  examples: ['resume k3f9'],
  run: ([name], { workspace, json }, context) =>
    withWorkspace(workspaceFolder(workspace, context), { create: false }, (opened) =>
      showTraining(opened, { resume: opened.runs.find(name!).run }, json, context),
    ),
});
