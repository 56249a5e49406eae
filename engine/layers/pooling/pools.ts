// Pools over windows, of one to three spatial axes.
import { shapeOf } from '../../ops/valueTypes.js';
import { checkPoolPadding, checkWindow, windowAttributes } from '../convolution/spatial.js';
import { defineLayer, type LayerDefinition } from '../defineLayer.js';
import { flag, optional, padding, perAxis, type Padding, type PerAxis } from '../options.js';

const axesNames = { 1: 'length', 2: 'height, width', 3: 'depth, height, width' } as const;
type Axes = keyof typeof axesNames;

const poolOptions = (axes: Axes) =>
  ({
    kernel: perAxis(axes, { label: 'Window', fallback: 2, max: 1024 }),
    stride: optional(perAxis(axes, { label: 'Stride', max: 1024, description: 'Default: the size of the window.' })),
    padding: padding(axes, { label: 'Padding', fallback: 'valid' }),
  }) as const;

interface PoolOptions {
  readonly kernel: PerAxis;
  readonly stride: PerAxis | undefined;
  readonly padding: Padding;
}

const windowOf = ({ kernel, stride, padding }: PoolOptions) => ({
  kernel,
  stride: stride ?? kernel,
  padding,
  dilation: 1,
});

const maxPool = (axes: Axes): LayerDefinition =>
  defineLayer({
    type: `MaxPool${axes}d`,
    title: `Max pool ${axes}-d`,
    category: 'pooling',
    description: `The largest value of each window over [batch, channels, ${axesNames[axes]}].`,
    inputs: ['x'],
    accepts: { x: { rank: axes + 2 } },
    options: {
      ...poolOptions(axes),
      dilation: perAxis(axes, { label: 'Dilation', fallback: 1, max: 1024 }),
    },
    faults({ x }, options, report) {
      checkWindow(x, { ...windowOf(options), dilation: options.dilation }, report);
      checkPoolPadding(x, windowOf(options), report);
    },
    lower({ emit }, { x }, options) {
      const window = { ...windowOf(options), dilation: options.dilation };
      return emit.node('MaxPool', [x], { ...windowAttributes(window, shapeOf(x).slice(2)) });
    },
  });

const averagePool = (axes: Axes): LayerDefinition =>
  defineLayer({
    type: `AveragePool${axes}d`,
    title: `Average pool ${axes}-d`,
    category: 'pooling',
    description: `The mean of each window over [batch, channels, ${axesNames[axes]}].`,
    inputs: ['x'],
    accepts: { x: { rank: axes + 2 } },
    options: {
      ...poolOptions(axes),
      countPadding: flag({ label: 'Count padding', fallback: false, description: 'Padding counts as zeros.' }),
    },
    faults({ x }, options, report) {
      checkWindow(x, windowOf(options), report);
      checkPoolPadding(x, windowOf(options), report);
    },
    lower({ emit }, { x }, options) {
      const { kernel_shape, strides, pads, auto_pad } = windowAttributes(windowOf(options), shapeOf(x).slice(2));
      const count_include_pad = options.countPadding;
      return emit.node('AveragePool', [x], { kernel_shape, strides, pads, auto_pad, count_include_pad });
    },
  });

export const poolLayers: readonly LayerDefinition[] = [
  maxPool(1),
  maxPool(2),
  maxPool(3),
  averagePool(1),
  averagePool(2),
  averagePool(3),
];
