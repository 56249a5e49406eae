// What stands before and after the model, as Python: how raw values become tensors, and what outputs mean.
import type { Feature, InputTransform, Preprocessing } from '../../data/preprocessing.js';
import type { ModelSpec } from '../../layers/modelSpec.js';
import { literalList, python, tuple } from './python.js';

const featuresFunction = `
def features_of(row, columns):
    """A row of the table, by column names; what is missing or not known counts as missing."""
    features = []
    for column in columns:
        value = row.get(column["name"])
        if "categories" in column:
            known = column["categories"] + [value]
            features += [float(known.index(value) == level) for level in range(len(column["categories"]) + 1)]
        else:
            missing = value is None or value != value
            features.append(((column["fill"] if missing else value) - column["mean"]) / column["std"])
            if column["missing_flag"]:
                features.append(float(missing))
    return features
`;

const charactersFunction = `
def indices_of(text, vocabulary):
    """0 is padding, 1 a character that is not in the vocabulary."""
    return [vocabulary.index(character) + 2 if character in vocabulary else 1 for character in text]
`;

export interface PreparationSource {
  readonly lines: readonly string[];
  /** Arguments of \`model(…)\` for an example, as an expression each. */
  readonly example: readonly string[];
  /** Lines that show the output of \`output\`. */
  readonly show: readonly string[];
}

/** Functions \`prepare_<input>\` for each input, and what they need. */
export function preparationSource(preprocessing: Preprocessing, spec: ModelSpec): PreparationSource {
  const blocks: string[][] = [];
  const functions = new Set<string>();
  const example = spec.inputs.map(({ id }) => {
    const transform = preprocessing.inputs.find(({ input }) => input === id) ?? preprocessing.inputs[0]!;
    const { constants, shared, prepare, sample } = preparationOf(transform, namesFor(id, spec.inputs.length > 1));
    if (constants.length) blocks.push([...constants]);
    if (shared !== undefined) functions.add(shared);
    blocks.push(prepare);
    return sample;
  });
  const { constants, show } = targetSource(preprocessing, spec);
  const texts = [...functions].map((text) => text.trim().split('\n'));
  const all = [...(constants.length ? [constants] : []), ...texts, ...blocks];
  return { lines: all.flatMap((block) => ['', '', ...block]).slice(2), example, show };
}

interface InputPreparation {
  readonly constants: readonly string[];
  readonly shared?: string;
  readonly prepare: string[];
  /** Prepares an example. */
  readonly sample: string;
}

/** Names of functions and constants; those of several inputs are told apart. */
interface Naming {
  readonly prepare: string;
  readonly constant: (name: string) => string;
}

function namesFor(input: string, several: boolean): Naming {
  const plain = input.replaceAll(/\W+/g, '_');
  return {
    prepare: several ? `prepare_${plain}` : 'prepare',
    constant: (name) => (several ? `${name}_${plain.toUpperCase()}` : name),
  };
}

function preparationOf(transform: InputTransform, names: Naming): InputPreparation {
  switch (transform.kind) {
    case 'features':
    case 'history':
      return featuresPreparation(transform, names);
    case 'index':
      return indexPreparation(transform, names);
    case 'array':
      return arrayPreparation(transform, names);
    case 'characters':
    case 'windows':
      return textPreparation(transform, names);
  }
}

function columnText(feature: Feature): string {
  if (feature.kind === 'oneHot')
    return `{"name": ${python(feature.column)}, "categories": ${python(feature.categories)}}`;
  const { column, fill, mean, std, missingFlag } = feature;
  return `{"name": ${python(column)}, "fill": ${python(fill)}, "mean": ${python(mean)}, "std": ${python(std)}, "missing_flag": ${python(missingFlag)}}`;
}

function featuresPreparation(
  transform: InputTransform & { kind: 'features' | 'history' },
  { prepare, constant }: Naming,
): InputPreparation {
  const table = constant('COLUMNS');
  const columns = [`${table} = [`, ...transform.features.map((feature) => `    ${columnText(feature)},`), ']'];
  const row = `{${transform.features.map((feature) => `${python(feature.column)}: ${sampleOf(feature)}`).join(', ')}}`;
  if (transform.kind === 'features')
    return {
      constants: columns,
      shared: featuresFunction,
      prepare: [
        `def ${prepare}(rows):`,
        '    """Rows of the table as dictionaries, to [batch, features]."""',
        `    return torch.tensor([features_of(row, ${table}) for row in rows])`,
      ],
      sample: `${prepare}([${row}])`,
    };
  const { steps, horizon } = transform;
  const ends = horizon === 0 ? 'with the one to be judged' : `${horizon} before the one to be judged`;
  return {
    constants: columns,
    shared: featuresFunction,
    prepare: [
      `def ${prepare}(rows):`,
      `    """The last ${steps} rows of the series, ending ${ends}, to [1, ${steps}, features]; too few: the first is repeated."""`,
      `    rows = ([rows[0]] * ${steps} + rows)[-${steps}:]`,
      `    return torch.tensor([[features_of(row, ${table}) for row in rows]])`,
    ],
    sample: `${prepare}([${row}])`,
  };
}

function sampleOf(feature: Feature): string {
  return feature.kind === 'oneHot' ? python(feature.categories[0] ?? null) : python(feature.fill);
}

function indexPreparation(
  { categories }: InputTransform & { kind: 'index' },
  { prepare, constant }: Naming,
): InputPreparation {
  const list = constant('CATEGORIES');
  return {
    constants: literalList(list, categories.map(python)),
    prepare: [
      `def ${prepare}(values):`,
      '    """Categories to their indices; the last stands for all others."""',
      `    known = ${list}`,
      '    return torch.tensor([known.index(value) if value in known else len(known) for value in values])',
    ],
    sample: `${prepare}([${python(categories[0] ?? null)}])`,
  };
}

function arrayPreparation(
  { shape, scale, mean, std }: InputTransform & { kind: 'array' },
  { prepare, constant }: Naming,
): InputPreparation {
  const [means, deviations] = [constant('MEAN'), constant('STD')];
  const rest = shape.slice(1).map(() => 1);
  const view = mean.length > 1 ? `.view(${['-1', ...rest].join(', ')})` : '';
  const bytes = scale !== 1;
  return {
    constants: [
      `${means} = torch.tensor(${python(mean)})${view}`,
      `${deviations} = torch.tensor(${python(std)})${view}`,
    ],
    prepare: [
      `def ${prepare}(${bytes ? 'pixels' : 'values'}):`,
      `    """${bytes ? 'Bytes, 0 to 255,' : 'Values'} of shape [batch, ${shape.join(', ')}]."""`,
      bytes
        ? `    return (pixels.float() * ${python(scale)} - ${means}) / ${deviations}`
        : `    return (values.float() - ${means}) / ${deviations}`,
    ],
    sample: `${prepare}(torch.zeros${tuple([1, ...shape])})`,
  };
}

function textPreparation(
  transform: InputTransform & { kind: 'characters' | 'windows' },
  { prepare, constant }: Naming,
): InputPreparation {
  const list = constant('VOCABULARY');
  const { length, vocabulary } = transform;
  const constants = literalList(list, vocabulary.map(python));
  if (transform.kind === 'characters') {
    const cased = transform.lowerCase ? 'text.lower()' : 'text';
    return {
      constants,
      shared: charactersFunction,
      prepare: [
        `def ${prepare}(texts):`,
        `    """Texts to [batch, ${length}]: cut, or padded at the end."""`,
        `    rows = [indices_of(${cased}, ${list})[:${length}] for text in texts]`,
        `    return torch.tensor([row + [0] * (${length} - len(row)) for row in rows])`,
      ],
      sample: `${prepare}(["abc"])`,
    };
  }
  return {
    constants,
    shared: charactersFunction,
    prepare: [
      `def ${prepare}(texts):`,
      `    """The last ${length} characters of texts, to [batch, ${length}]; shorter ones are preceded by unknown characters."""`,
      `    rows = [indices_of(text, ${list})[-${length}:] for text in texts]`,
      `    return torch.tensor([[1] * (${length} - len(row)) + row for row in rows])`,
    ],
    sample: `${prepare}(["It is a truth "])`,
  };
}

/** Constants of the target, and how an output reads. */
function targetSource(
  { target }: Preprocessing,
  spec: ModelSpec,
): { constants: readonly string[]; show: readonly string[] } {
  if (spec.outputs.length > 1) return { constants: [], show: ['print(output)'] };
  switch (target.kind) {
    case 'class':
      return {
        constants: literalList('CLASSES', target.classes.map(python)),
        show: [
          'probabilities = F.softmax(output, dim=1)[0]',
          'for name, probability in zip(CLASSES, probabilities.tolist()):',
          '    print(f"{name:20} {probability:.4f}")',
        ],
      };
    case 'value':
      return {
        constants: [`TARGET_MEAN, TARGET_STD = ${python(target.mean)}, ${python(target.std)}`],
        show: [`print(${python(target.column)}, output.item() * TARGET_STD + TARGET_MEAN)`],
      };
    case 'nextCharacters':
      return {
        constants: [],
        show: ['# The indices 0 and 1 are not characters.', 'print(repr(VOCABULARY[output[0, -1, 2:].argmax()]))'],
      };
    case 'input': {
      const view = target.mean.length > 1 ? `.view(${['-1', ...target.shape.slice(1).map(() => 1)].join(', ')})` : '';
      return {
        constants: [
          `TARGET_MEAN = torch.tensor(${python(target.mean)})${view}`,
          `TARGET_STD = torch.tensor(${python(target.std)})${view}`,
        ],
        show: [
          'reconstruction = output * TARGET_STD + TARGET_MEAN',
          'print(tuple(reconstruction.shape), reconstruction.flatten()[:8])',
        ],
      };
    }
  }
}
