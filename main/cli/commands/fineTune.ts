// `fine-tune`: trains an ONNX model further.
import { resolve, basename } from 'node:path';
import type { TrainRequest } from '../../../contract/training.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { workspaceFolder } from '../context.js';
import { usage } from '../parseArguments.js';
import { settingsOf, trainOptions } from '../trainOptions.js';
import { showTraining } from '../trainingView.js';

export const fineTune = defineCommand({
  summary: 'train an ONNX model further on your data',
  positionals: [{ name: 'file.onnx', summary: 'the model to start from' }],
  options: {
    data: { type: 'text', value: 'NAME|PATH', summary: 'an example, a data set of the workspace, a file or a folder' },
    freeze: { type: 'list', value: 'PATTERN', summary: 'parameters that stay as they are, as "encoder/*"' },
    'replace-head': { type: 'flag', summary: 'a new last layer that fits the data' },
    ...trainOptions,
    ...workspaceOption,
    ...jsonOption,
  },
  examples: ['fine-tune resnet.onnx --data flowers/ --freeze "layer*" --replace-head'],
  run: ([file], options, context) => {
    const { data, freeze, workspace, json } = options;
    if (data === undefined) throw usage('fine-tune', '--data is missing');
    const fineTuning = { file: resolve(file!), freeze: [...freeze], replaceHead: options['replace-head'] };
    const request: TrainRequest = {
      ...settingsOf(options),
      data,
      modelName: basename(file!, '.onnx'),
      fineTune: fineTuning,
    };
    return withWorkspace(workspaceFolder(workspace, context), { create: true }, (opened) =>
      showTraining(opened, { request }, json, context),
    );
  },
});
