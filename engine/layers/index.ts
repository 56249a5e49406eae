// Every layer that the editor offers. A new layer adds one line.
import type { LayerDefinition } from './defineLayer.js';
import { activationLayers } from './activation/activationLayers.js';
import { conv1d } from './convolution/conv1d.js';
import { conv2d } from './convolution/conv2d.js';
import { conv3d } from './convolution/conv3d.js';
import { convTranspose1d, convTranspose2d } from './convolution/convTranspose.js';
import { depthwiseConv2d } from './convolution/depthwiseConv2d.js';
import { separableConv2d } from './convolution/separableConv2d.js';
import { dense } from './linear/dense.js';
import { batchNorm } from './normalization/batchNorm.js';
import { groupNorm } from './normalization/groupNorm.js';
import { instanceNorm } from './normalization/instanceNorm.js';
import { layerNorm } from './normalization/layerNorm.js';
import { normalise } from './normalization/normalise.js';
import { rmsNorm } from './normalization/rmsNorm.js';
import { globalPool } from './pooling/globalPool.js';
import { poolLayers } from './pooling/pools.js';
import { gruLayer, lstmLayer, rnnLayer } from './recurrent/recurrentLayers.js';
import { dropout } from './regularization/dropout.js';
import { gaussianNoise } from './regularization/gaussianNoise.js';
import { spatialDropout } from './regularization/spatialDropout.js';
import { embedding } from './sequence/embedding.js';
import { bottleneckBlock, residualBlock } from './composite/residualBlocks.js';
import { inceptionBlock } from './composite/inceptionBlock.js';
import { concatenate } from './merge/concatenate.js';
import { dot } from './merge/dot.js';
import { einsum } from './merge/einsum.js';
import { mergeLayers } from './merge/merges.js';
import { multiHeadAttention } from './sequence/multiHeadAttention.js';
import { masking, paddingMask } from './sequence/paddingMask.js';
import { positionalEmbedding, sinusoidalPositions } from './sequence/positionalEmbedding.js';
import { lastStep, sequencePool } from './sequence/sequencePool.js';
import { transformerDecoder, transformerEncoder } from './sequence/transformerBlocks.js';
import { cropping, padding } from './shape/edges.js';
import { permute } from './shape/permute.js';
import { pixelShuffle } from './shape/pixelShuffle.js';
import { reshape } from './shape/reshape.js';
import { select, slice } from './shape/slice.js';
import { upsample } from './shape/upsample.js';
import { flatten } from './shape/flatten.js';

const layers: readonly LayerDefinition[] = [
  dense,
  conv1d,
  conv2d,
  conv3d,
  depthwiseConv2d,
  separableConv2d,
  convTranspose1d,
  convTranspose2d,
  ...poolLayers,
  globalPool,
  batchNorm,
  layerNorm,
  groupNorm,
  instanceNorm,
  rmsNorm,
  normalise,
  ...activationLayers,
  dropout,
  spatialDropout,
  gaussianNoise,
  embedding,
  positionalEmbedding,
  sinusoidalPositions,
  paddingMask,
  masking,
  lastStep,
  sequencePool,
  lstmLayer,
  gruLayer,
  rnnLayer,
  multiHeadAttention,
  transformerEncoder,
  transformerDecoder,
  flatten,
  reshape,
  permute,
  slice,
  select,
  padding,
  cropping,
  upsample,
  pixelShuffle,
  ...mergeLayers,
  dot,
  concatenate,
  einsum,
  residualBlock,
  bottleneckBlock,
  inceptionBlock,
];

const byType = new Map(layers.map((layer) => [layer.type, layer]));

export function layerOf(type: string): LayerDefinition | undefined {
  return byType.get(type);
}

export function layerTypes(): string[] {
  return [...byType.keys()];
}

/** In the order of the palette. */
export function allLayers(): readonly LayerDefinition[] {
  return layers;
}
