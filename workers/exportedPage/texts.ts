// What the page says.
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 });

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${number.format(Math.max(1, Math.round(bytes / 1e3)))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const metricNames: Readonly<Record<string, string>> = { r2: 'R²', mae: 'mean absolute error', rmse: 'RMSE' };

function metricText(name: string, value: number): string {
  if (name === 'accuracy') return `${number.format(Math.round(value * 1000) / 10)} % right`;
  return `${metricNames[name] ?? name.replaceAll('_', ' ')} ${precise.format(value)}`;
}

export const texts = {
  number: (value: number) => precise.format(value),
  percent: (share: number) =>
    share >= 0.9995 && share < 1 ? '> 99.9 %' : `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`,
  lead: (parameters: number, data: string) =>
    `A neural network with ${number.format(parameters)} parameters, trained on ${data}. It runs inside this page: no network, no server, and nothing you enter leaves it.`,
  opening: 'Starting the model…',
  failed: (message: string) => `The model could not be started: ${message}`,
  cannotRun: (message: string) => `This input could not be computed: ${message}`,
  input: 'Input',
  answer: 'Answer',
  theme: 'Light or dark',
  draw: 'Draw',
  drawHere: 'Draw here',
  clear: 'Clear',
  file: 'Image…',
  fileLabel: 'Choose an image',
  drop: 'Drop an image here, paste one, or choose one',
  camera: 'Camera',
  stopCamera: 'Stop camera',
  noCamera: 'The camera cannot be used here.',
  notAnImage: (name: string) => `${name} cannot be read as an image.`,
  invert: 'Invert light and dark',
  sees: (width: number, height: number) => `What the model sees: ${width} × ${height}`,
  examples: 'Examples from the data',
  example: (index: number, actual: string | number | null) =>
    actual === null
      ? `Example ${index + 1}`
      : `${index + 1}: ${typeof actual === 'number' ? precise.format(actual) : actual}`,
  /** `bill_length_mm` reads «Bill length mm». */
  column: (name: string) => {
    const words = name.replaceAll('_', ' ').trim();
    return words.charAt(0).toUpperCase() + words.slice(1);
  },
  actual: (value: string) => `In the data: ${value}`,
  missing: 'not known',
  range: (low: number, high: number) => `${precise.format(low)} to ${precise.format(high)}`,
  outside: (low: number, high: number) =>
    `Outside of what the model has seen (${precise.format(low)} to ${precise.format(high)}).`,
  typical: 'Typical values',
  text: 'Text',
  textHint: (length: number) => `At most ${length} characters are read.`,
  start: 'How it starts',
  generate: 'Write on',
  stop: 'Stop',
  nothingWritten: 'What the model writes appears here.',
  temperature: 'Temperature',
  temperatureHint: 'Low: what is most likely. High: bolder, and more mistakes.',
  length: 'Characters',
  next: 'Next character',
  reconstruction: 'Reconstruction',
  given: 'Given',
  offBy: (error: number, unit: 'image' | 'columns' | 'numbers') => {
    const of = { image: ' of 255', columns: ' deviations', numbers: '' }[unit];
    return `Off by ${precise.format(error)}${of} (root of the mean squared difference)`;
  },
  reconstructedImage: (width: number, height: number) => `What the model made of it: ${width} × ${height}`,
  columnName: 'Column',
  numbersMade: (count: number) => `The ${count} numbers that the model made of them`,
  space: 'space',
  newline: 'new line',
  numbers: (column: string, shape: readonly number[]) => `${column}: ${shape.join(' × ')} numbers, in order`,
  numbersFault: (wanted: number, got: number) => `${wanted} numbers are needed, got ${got}.`,
  series: (steps: number) => `The last ${steps} rows, the newest at the bottom`,
  others: (count: number, share: string) => `${count} others together ${share}`,
  checking: 'Comparing with the training…',
  checked: (examples: number, difference: number) =>
    `Compared on opening: the same answers as in training on ${examples} of ${examples} examples (largest difference ${difference === 0 ? '0' : difference.toExponential(1)}).`,
  checkFailed: (difference: number) =>
    `Compared on opening: the answers differ from those in training by ${difference.toExponential(1)}. This browser computes otherwise; do not rely on it.`,
  unchecked: 'No examples are in this page to compare it with.',
  facts: {
    model: 'Model',
    quality: 'Quality',
    size: 'Size',
    run: 'Run',
  },
  quality: (metrics: Readonly<Record<string, number>>) => {
    const shown = Object.entries(metrics).filter(([name]) => name !== 'loss');
    const figures = (shown.length ? shown : Object.entries(metrics)).map(([name, value]) => metricText(name, value));
    return figures.length === 0 ? '' : `${figures.join(', ')}, on test data`;
  },
  model: (name: string, parameters: number, precision: string) =>
    `${name}, ${number.format(parameters)} parameters in ${precision}`,
  size: (page: number, model: number) =>
    `${megabytes(page)} in this one file, of which the model is ${megabytes(model)}`,
  made: 'Made with Descent',
};
