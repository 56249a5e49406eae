// `train`: from an example's name or a model specification to a finished run.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TrainRequest } from '../../../contract/training.js';
import { withWorkspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { workspaceFolder } from '../context.js';
import { CliError } from '../exitCode.js';
import { usage } from '../parseArguments.js';
import { settingsOf, trainOptions } from '../trainOptions.js';
import { showTraining } from '../trainingView.js';

export const train = defineCommand({
  summary: 'train a model on an example or on your data',
  details: [
    'An example brings its data, a model and settings that do well; a specification (JSON) needs --data.',
    'Ctrl+C saves a checkpoint and marks the run interrupted. The workspace is made when the folder is new or empty.',
    'With --json the last line is {"run", "status", "metrics"}; metrics are called <split>_<metric>, as test_accuracy.',
  ].join('\n'),
  positionals: [{ name: 'example|spec.json', summary: 'digits, penguins, … or a model specification' }],
  options: {
    data: { type: 'text', value: 'NAME|PATH', summary: 'an example, a data set of the workspace, a file or a folder' },
    ...trainOptions,
    augment: { type: 'text', value: 'FILE', summary: 'transforms of the training images (JSON), `none` for none' },
    ...workspaceOption,
    ...jsonOption,
  },
  examples: ['train digits', 'train digits --epochs 3 --lr 0.001 --seed 7', 'train model.json --data flowers/ --json'],
  run: async ([what], options, context) => {
    const request: TrainRequest = {
      ...settingsOf(options),
      ...(await subject(what!, options.data)),
      ...(options.augment !== undefined && { augmentation: await augmentationIn(options.augment) }),
    };
    return withWorkspace(workspaceFolder(options.workspace, context), { create: true }, (opened) =>
      showTraining(opened, { request }, options.json, context),
    );
  },
});

async function subject(
  what: string,
  data: string | undefined,
): Promise<Pick<TrainRequest, 'data' | 'model' | 'modelName'>> {
  if (!what.endsWith('.json')) return { data: data ?? what, modelName: what };
  if (data === undefined) throw usage('train', 'a specification needs --data');
  return { data, model: await readSpecification(what), modelName: basename(what, '.json') };
}

async function readSpecification(path: string): Promise<Record<string, unknown>> {
  return readObject(path, 'Specification', 'input.specification');
}

async function augmentationIn(path: string): Promise<TrainRequest['augmentation']> {
  return path === 'none' ? null : readObject(path, 'Augmentation', 'input.augmentation');
}

async function readObject(path: string, what: string, code: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code: reason } = error as NodeJS.ErrnoException;
    if (reason === 'ENOENT') throw new CliError('file.notFound', `${what} '${path}': there is no such file.`);
    throw new CliError(code, `${what} '${path}': it cannot be read (${String(reason)}).`);
  });
  const document = parse(text);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new CliError(code, `${what} '${path}': it must be a JSON object.`);
  return { ...document };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
