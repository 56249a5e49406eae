// Colours of operators by family: variables of the theme.
const families: readonly (readonly [string, RegExp])[] = [
  ['--series-8', /^(Conv|ConvTranspose|ConvInteger|QLinearConv|DeformConv)$/],
  ['--series-1', /^(Gemm|MatMul|MatMulInteger|QLinearMatMul|Einsum|.*MatMul.*)$/],
  ['--series-5', /Pool|^Upsample$|^Resize$/],
  ['--series-9', /Normalization|^LRN$/],
  [
    '--series-2',
    /^(Relu|LeakyRelu|PRelu|Elu|Selu|Celu|Gelu|Sigmoid|Tanh|HardSigmoid|HardSwish|Softplus|Softsign|Mish|Softmax|LogSoftmax|Clip|Erf|ThresholdedRelu)$/,
  ],
  ['--series-4', /^(LSTM|GRU|RNN|Loop|Scan|If)$/],
  ['--series-3', /Attention|^(Gather|GatherND|GatherElements|Embed.*|Scatter.*)$/],
  ['--series-6', /^(Add|Sub|Mul|Div|Pow|Sum|Mean|Max|Min|Concat|Where)$/],
];

/** A CSS variable's name. */
export function opColour(type: string): string {
  return families.find(([, pattern]) => pattern.test(type))?.[0] ?? '--series-10';
}
