// The commands. Each is loaded when it is called, so that help comes at once.
import type { Command, Options } from '../command.js';

interface TableEntry {
  readonly summary: string;
  // The option types differ from command to command; see `findCommand`.
  readonly load: () => Promise<Pick<Command, 'summary' | 'details' | 'positionals' | 'options' | 'examples'>>;
}

function entry<O extends Options>(summary: string, load: () => Promise<Command<O>>): TableEntry {
  return { summary, load };
}

export const commandTable: Readonly<Record<string, TableEntry>> = {
  guide: entry('a first training, explained as it goes', async () => (await import('./guide.js')).guide),
  serve: entry('show the workbench in a browser', async () => (await import('./serve.js')).serve),
  train: entry('train a model on an example or on your data', async () => (await import('./train.js')).train),
  resume: entry('continue an interrupted run', async () => (await import('./resume.js')).resume),
  eval: entry("measure a run's model on its data", async () => (await import('./eval.js')).evaluate),
  predict: entry('apply a trained model to an input', async () => (await import('./predict.js')).predict),
  export: entry('write a trained model as an ONNX file', async () => (await import('./export.js')).exportModel),
  runs: entry('list the runs of a workspace', async () => (await import('./runs.js')).runs),
  show: entry('tell all about one run', async () => (await import('./show.js')).show),
  import: entry('bring data or a run folder into a workspace', async () => (await import('./import.js')).importPath),
  inspect: entry('tell what an ONNX file is made of', async () => (await import('./inspect.js')).inspect),
  'fine-tune': entry('train an ONNX model further on your data', async () => (await import('./fineTune.js')).fineTune),
  devices: entry('list what this computer can train on', async () => (await import('./devices.js')).devices),
  'check-gradients': entry(
    "compare every operator's gradients with central differences",
    async () => (await import('./checkGradients.js')).checkGradients,
  ),
  bench: entry('time training steps on this computer', async () => (await import('./bench.js')).bench),
};
