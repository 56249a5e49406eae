// Embeddings, recurrent layers and attention in PyTorch.
import {
  expression,
  sameNames,
  sizeAt,
  withinPart,
  writer,
  type LayerContext,
  type LayerWriter,
  type PythonModule,
} from './layerWriter.js';
import { call } from './python.js';

const embedding = writer<{ count: number; dimension: number; paddingIndex: number | undefined }>(
  ({ options, inputs, args, self }) => {
    const { count, dimension, paddingIndex } = options;
    const { dtype } = inputs[0]!;
    const indices = dtype === 'int64' || dtype === 'int32' ? args[0]! : `${args[0]!}.long()`;
    return {
      module: {
        code: call('nn.Embedding', [count, dimension], { padding_idx: [paddingIndex, undefined] }),
        tensors: sameNames({ weight: [count, dimension] }),
      },
      values: [`${self}(${indices})`],
    };
  },
);

const positionalEmbedding = writer<{ longest: number }>(({ options, inputs, args, self, use }) => {
  const shape = [options.longest, sizeAt(inputs[0]!, 2)];
  return {
    module: { code: call(use('PositionalEmbedding'), shape), tensors: sameNames({ weight: shape }) },
    values: [`${self}(${args[0]!})`],
  };
});

interface RecurrentOptions {
  readonly units: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly returnSequences: boolean;
  readonly dropout: number;
  readonly activation?: 'tanh' | 'relu';
}

/** PyTorch's names and order of gates are the layer's own. */
function recurrentTensors(options: RecurrentOptions, features: number, gates: number): PythonModule['tensors'] {
  const { units, layers, bidirectional } = options;
  const shapes: Record<string, readonly number[]> = {};
  for (let layer = 0; layer < layers; layer++)
    for (const direction of bidirectional ? ['', '_reverse'] : ['']) {
      const width = layer === 0 ? features : units * (bidirectional ? 2 : 1);
      const suffix = `_l${layer}${direction}`;
      shapes[`weight_ih${suffix}`] = [gates * units, width];
      shapes[`weight_hh${suffix}`] = [gates * units, units];
      shapes[`bias_ih${suffix}`] = [gates * units];
      shapes[`bias_hh${suffix}`] = [gates * units];
    }
  return sameNames(shapes);
}

const recurrent = (type: 'LSTM' | 'GRU' | 'RNN', gates: number): LayerWriter =>
  writer<RecurrentOptions>((context) => {
    const { options, inputs, args, self } = context;
    const features = sizeAt(inputs[0]!, 2);
    const code = call(`nn.${type}`, [features, options.units], {
      num_layers: [options.layers, 1],
      nonlinearity: [options.activation ?? 'tanh', 'tanh'],
      batch_first: 'True',
      dropout: [options.layers > 1 ? options.dropout : 0, 0],
      bidirectional: [options.bidirectional, false],
    });
    const module = { code, tensors: recurrentTensors(options, features, gates) };
    const { returnSequences } = options;
    if (returnSequences && args.length === 1 && !context.readsMore)
      return { module, values: [`${self}(${args[0]!})[0]`] };
    const all = `${context.use('run_recurrent')}(${[self, ...args].join(', ')})`;
    if (!context.readsMore) return { module, values: [`${all}[${returnSequences ? 0 : 1}]`] };
    const parts = type === 'LSTM' ? ['steps', 'state', 'cell'] : ['steps', 'state'];
    const names = parts.map((name) => context.variable(name));
    const [steps, state] = names as [string, string];
    return {
      module,
      before: [`${names.join(', ')} = ${all}`],
      values: [returnSequences ? steps : state, ...names.slice(1)],
    };
  });

const linear = (rows: number, columns: number): PythonModule['tensors'] =>
  sameNames({ weight: [rows, columns], bias: [rows] });

function attentionTensors(dimension: number): PythonModule['tensors'] {
  return {
    ...sameNames({ in_proj_weight: [3 * dimension, dimension], in_proj_bias: [3 * dimension] }),
    ...withinPart('out_proj', linear(dimension, dimension)),
  };
}

/** The optional inputs are told apart by rank, as the layer does. */
function memoryAndMask({ inputs, args }: Pick<LayerContext, 'inputs' | 'args'>, from: number) {
  const memory = inputs[from]?.shape.length === 3 ? args[from] : undefined;
  return { memory, mask: args[memory === undefined ? from : from + 1] };
}

const multiHeadAttention = writer<{ heads: number; causal: boolean; dropout: number }>((context) => {
  const { options, inputs, args, self, use } = context;
  const [x] = args as [string];
  const dimension = sizeAt(inputs[0]!, 2);
  const { memory = x, mask } = memoryAndMask(context, 1);
  const code = call('nn.MultiheadAttention', [dimension, options.heads], {
    dropout: [options.dropout, 0],
    batch_first: 'True',
  });
  const value = call(self, [x, memory, memory], {
    key_padding_mask: mask === undefined ? undefined : `${mask} == 0`,
    attn_mask: options.causal ? `${use('later_steps')}(${x}.size(1), ${memory}.size(1), ${x}.device)` : undefined,
    need_weights: 'False',
  });
  return { module: { code, tensors: attentionTensors(dimension) }, values: [`${value}[0]`] };
});

interface BlockOptions {
  readonly heads: number;
  readonly hidden: number;
  readonly activation: 'relu' | 'gelu';
  readonly norm: 'before' | 'after';
  readonly dropout: number;
  readonly causal?: boolean;
}

function withNorms(names: readonly string[], dimension: number): PythonModule['tensors'] {
  const one = sameNames({ weight: [dimension], bias: [dimension] });
  return Object.fromEntries(names.flatMap((name) => Object.entries(withinPart(name, one))));
}

function block(type: 'Encoder' | 'Decoder', options: BlockOptions, dimension: number): PythonModule {
  const { heads, hidden, activation, norm, dropout } = options;
  const code = call(`nn.Transformer${type}Layer`, [dimension, heads], {
    dim_feedforward: String(hidden),
    dropout: [dropout, 0.1],
    activation: [activation, 'relu'],
    batch_first: 'True',
    norm_first: [norm === 'before', false],
  });
  const norms = type === 'Encoder' ? ['norm1', 'norm2'] : ['norm1', 'norm2', 'norm3'];
  const tensors: PythonModule['tensors'] = {
    ...withinPart('self_attn', attentionTensors(dimension)),
    ...(type === 'Decoder' && withinPart('multihead_attn', attentionTensors(dimension))),
    ...withinPart('linear1', linear(hidden, dimension)),
    ...withinPart('linear2', linear(dimension, hidden)),
    ...withNorms(norms, dimension),
  };
  return { code, tensors };
}

const encoder = writer<BlockOptions>(({ options, inputs, args, self, use }) => {
  const [x, mask] = args as [string, string?];
  const value = call(self, [x], {
    src_mask: options.causal ? `${use('later_steps')}(${x}.size(1), ${x}.size(1), ${x}.device)` : undefined,
    src_key_padding_mask: mask === undefined ? undefined : `${mask} == 0`,
  });
  return { module: block('Encoder', options, sizeAt(inputs[0]!, 2)), values: [value] };
});

const decoder = writer<BlockOptions>(({ options, inputs, args, self, use }) => {
  const [x, memory, mask] = args as [string, string, string?];
  const value = call(self, [x, memory], {
    tgt_mask: `${use('later_steps')}(${x}.size(1), ${x}.size(1), ${x}.device)`,
    memory_key_padding_mask: mask === undefined ? undefined : `${mask} == 0`,
  });
  return { module: block('Decoder', options, sizeAt(inputs[0]!, 2)), values: [value] };
});

export const sequenceWriters: Readonly<Record<string, LayerWriter>> = {
  Embedding: embedding,
  PositionalEmbedding: positionalEmbedding,
  SinusoidalPositions: expression(([x], { use }) => `${use('sinusoidal_positions')}(${x})`),
  PaddingMask: expression<{ paddingIndex: number }>(([x], { options }) => `(${x} != ${options.paddingIndex}).float()`),
  LastStep: expression(([x, mask], { use }) =>
    mask === undefined ? `${x}[:, -1]` : `${use('last_step')}(${x}, ${mask})`,
  ),
  SequencePool: expression<{ mode: 'average' | 'max' }>(([x, mask], { options, use }) => {
    if (mask === undefined) return `${x}.${options.mode === 'max' ? 'amax' : 'mean'}(dim=1)`;
    return `${use(options.mode === 'max' ? 'largest_of_steps' : 'mean_of_steps')}(${x}, ${mask})`;
  }),
  Lstm: recurrent('LSTM', 4),
  Gru: recurrent('GRU', 3),
  Rnn: recurrent('RNN', 1),
  MultiHeadAttention: multiHeadAttention,
  TransformerEncoder: encoder,
  TransformerDecoder: decoder,
};
