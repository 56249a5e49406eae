// Texts of the augmentation panel.
const counted = (count: number, one: string, several: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

export const augmentationTexts = {
  title: 'Augmentation',
  titleOf: (name: string) => `Augmentation of ${name}`,
  loading: 'Opening the data set…',
  failed: 'The data set could not be opened',
  noImages: 'Only images can be augmented',
  noImagesHint: (name: string) =>
    `«${name}» has none: transforms of the augmentation turn, crop, colour and mix images.`,
  noTraining: 'The training part is empty',
  noTrainingHint: 'Only examples of the training part are augmented. Give it some in the split of the data set.',

  pipeline: 'Transforms',
  pipelineHint:
    'Applied from top to bottom to every training image, drawn anew in every epoch. What is evaluated stays as it is.',
  add: 'Add',
  addLabel: 'Add a transform',
  search: 'Search transforms',
  nothingFound: 'No transform fits',
  presets: 'Presets',
  presetsHint: 'Replace the transforms by a pipeline that often does well',
  replacedBy: (preset: string) => `Replaced by «${preset}»`,
  groups: { geometry: 'Geometry', colour: 'Colour', noise: 'Blur, noise, covering', mixing: 'Mixing' },
  empty: 'No transforms yet',
  emptyHint: 'Add one, or begin with a preset. Each is seen on the right at once.',
  undo: 'Undo',
  redo: 'Redo',
  clear: 'Remove all',
  enable: (title: string) => `Apply ${title}`,
  remove: (title: string) => `Remove ${title}`,
  move: (title: string, place: number, count: number) =>
    `Move ${title}, ${place} of ${count}. Drag, or press arrow up and down.`,
  moved: (title: string, place: number, count: number) => `${title} is now ${place} of ${count}`,
  probability: 'Applied to',
  probabilityHint: 'The share of images that this transform is applied to',
  reset: 'Back to the defaults',
  from: (label: string) => `${label}, from`,
  to: (label: string) => `${label}, to`,
  choices: {
    horizontal: 'Horizontal',
    vertical: 'Vertical',
    either: 'Either',
    constant: 'One value',
    edge: 'Last pixel',
    reflect: 'Mirrored',
    wrap: 'Other side',
    value: 'One value',
    mean: 'Mean colour',
    noise: 'Noise',
  } as Readonly<Record<string, string>>,
  saving: 'Saving…',
  saved: 'Saved with the data set',
  notSaved: 'Not saved',

  preview: 'Preview',
  grid: 'Images',
  original: 'Original',
  epoch: (epoch: number) => `Epoch ${epoch}`,
  seed: 'Seed',
  seedHint: 'The seed of the training. Another seed, other draws.',
  newSeed: 'Draw another seed',
  firstEpoch: 'Epoch',
  earlier: 'Earlier epochs',
  later: 'Later epochs',
  images: 'Other images',
  imagesHint: 'Show other images of the training part',
  size: 'Size of the images',
  sizes: { small: 'S', medium: 'M', large: 'L' },
  sizeHints: { small: 'Small images', medium: 'Medium images', large: 'Large images' },
  gridLabel: (images: number, epochs: number) =>
    `${counted(images, 'training image', 'training images')}, as ${counted(epochs, 'epoch', 'epochs')} will show them`,
  originalOf: (name: string) => `${name}, as it is`,
  drawOf: (name: string, epoch: number) => `${name} in epoch ${epoch}`,
  mixedOf: (parts: readonly { readonly name: string; readonly share: number }[]) =>
    parts.map(({ name, share }) => `${Math.round(share * 100)} % ${name}`).join(', '),
  example: (example: number) => `Example ${example}`,
  certainty: (seed: number) => `Exactly what seed ${seed} trains on`,
  certaintyHint:
    'The preview runs the code of the training with the same keys: seed, place of the transform, epoch and example decide every draw. Tests hold the two together bit for bit.',
  reduced: (width: number, height: number) => `Shown at ${width} × ${height} pixels; training uses the full size`,
  stretched: 'Shown in 8 bits; training uses the numbers as they are',
  stretchedHint:
    'These images are not bytes: for the screen their numbers are stretched to 0 … 255 and rounded. Places, draws and mixing are those of the training; transforms of colours and noise may look stronger or weaker than they are there.',
  speed: (rate: string) => `${rate} images/s`,
  speedHint:
    'How fast one core of this computer makes augmented images, measured on those shown. Batches are prepared beside the training.',
  cleanTargets: 'Autoencoders: clean targets',
  cleanTargetsHint:
    'A model that reconstructs its input sees the picture as it is here, and is to give it without noise, blur and erasing. Moves, colours and mixing are on both sides alike.',
  mixedTargets: 'Mixed classes',
  mixedTargetsHint:
    'Mixed images have mixed targets: the bar at their foot shows the shares. The training loss is against all of them and does not reach 0; metrics are of images as they are.',
  summaryNone: 'No augmentation',
};
