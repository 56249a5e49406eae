// The whole file: what it is, imports, helpers, the model, its weights, its inputs, an example.
import type { Preprocessing } from '../../data/preprocessing.js';
import type { ModelSpec } from '../../layers/modelSpec.js';
import { helpers } from './helpers.js';
import type { ModuleTensor } from './layerWriter.js';
import { moduleSource } from './moduleSource.js';
import { preparationSource } from './preparationSource.js';
import { python } from './python.js';

export interface PytorchSource {
  readonly text: string;
  /** By our names: where the tensors of the weights' file go. */
  readonly tensors: ReadonlyMap<string, ModuleTensor>;
}

export interface SourceOptions {
  /** Lines at the top: where the model comes from. */
  readonly about: readonly string[];
  /** Left out: the file has no example. */
  readonly preprocessing?: Preprocessing;
}

const readSafetensors = `
def read_safetensors(path):
    """Tensors by name: 8 bytes of header length, the header as JSON, the numbers."""
    types = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "I64": torch.int64, "I32": torch.int32}
    data = bytearray(Path(path).read_bytes())
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = torch.frombuffer(data[start + begin : start + end], dtype=types[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors
`;

const clearPadding = `
    # The vector of padding counts as zero, whatever the file has there.
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Embedding) and module.padding_idx is not None:
                module.weight[module.padding_idx] = 0`;

/** @throws EngineError `export.refused` for what cannot be said in PyTorch */
export function pytorchSource(spec: ModelSpec, { about, preprocessing }: SourceOptions): PytorchSource {
  const written = moduleSource(spec);
  const preparation = preprocessing && preparationSource(preprocessing, spec);
  const body = [...written.lines].join('\n');
  const used = Object.entries(helpers).filter(([name]) => written.helpers.has(name as keyof typeof helpers));
  const renamed = [...written.tensors].filter(([ours, { theirs }]) => ours !== theirs);
  const hasPadding = body.includes('padding_idx=');
  const sections = [
    [...imports(body).flat()].join('\n'),
    ...used.map(([, text]) => text.trim()),
    body,
    namesText(renamed.map(([ours, { theirs }]) => [ours, theirs])),
    readSafetensors.trim(),
    loadText(written.className, renamed.length > 0, hasPadding),
    ...(preparation ? [preparation.lines.join('\n'), mainText(preparation.example, preparation.show)] : []),
  ].filter((section) => section !== '');
  const head = ['"""' + docText(about[0]!), ...about.slice(1).map(docText), '"""'].join('\n');
  return { text: `${head}\n\n${sections.join('\n\n\n')}\n`, tensors: written.tensors };
}

/** Names of data and models are a person's: none ends the text that it stands in. */
function docText(line: string): string {
  return line
    .replaceAll('\\', '\\\\')
    .replaceAll('"""', "'''")
    .replaceAll(/[\r\n]+/g, ' ');
}

function imports(body: string): string[][] {
  return [
    ['import json', ...(body.includes('OrderedDict') ? ['from collections import OrderedDict'] : [])],
    ['from pathlib import Path', '', 'import torch', 'import torch.nn.functional as F', 'from torch import nn'],
    body.includes('weight_norm(') ? ['from torch.nn.utils.parametrizations import weight_norm'] : [],
  ];
}

function namesText(renamed: readonly (readonly [string, string])[]): string {
  if (renamed.length === 0) return '';
  const lines = renamed.map(([ours, theirs]) => `    ${python(ours)}: ${python(theirs)},`);
  return ['# Tensors of the file whose place in the model has another name.', 'NAMES = {', ...lines, '}'].join('\n');
}

function loadText(model: string, renames: boolean, hasPadding: boolean): string {
  const state = renames
    ? '    state = {NAMES.get(name, name): tensor for name, tensor in read_safetensors(path).items()}'
    : '    state = read_safetensors(path)';
  return [
    'def load_weights(path=Path(__file__).with_suffix(".safetensors")):',
    `    """The model with the weights of the file, ready to be asked (in evaluation mode)."""`,
    `    model = ${model}()`,
    state,
    '    missing, unexpected = model.load_state_dict(state, strict=False)',
    '    missing = [name for name in missing if not name.endswith("num_batches_tracked")]',
    '    if missing or unexpected:',
    '        raise ValueError(f"{path}: missing {missing}, unexpected {unexpected}")',
    ...(hasPadding ? [clearPadding.slice(1)] : []),
    '    return model.eval()',
  ].join('\n');
}

function mainText(example: readonly string[], show: readonly string[]): string {
  return [
    'if __name__ == "__main__":',
    '    model = load_weights()',
    '    with torch.no_grad():',
    `        output = model(${example.join(', ')})`,
    ...show.map((line) => `    ${line}`),
  ].join('\n');
}
