// Every layer of the catalogue in PyTorch. A new layer adds its writer to one of these tables.
import { activationWriters } from './activationWriters.js';
import { convolutionWriters } from './convolutionWriters.js';
import type { LayerWriter } from './layerWriter.js';
import { normalizationWriters } from './normalizationWriters.js';
import { poolingWriters } from './poolingWriters.js';
import { sequenceWriters } from './sequenceWriters.js';
import { shapeWriters } from './shapeWriters.js';

const writers: Readonly<Record<string, LayerWriter>> = {
  ...convolutionWriters,
  ...poolingWriters,
  ...normalizationWriters,
  ...activationWriters,
  ...sequenceWriters,
  ...shapeWriters,
};

export function writerOf(type: string): LayerWriter | undefined {
  return Object.hasOwn(writers, type) ? writers[type] : undefined;
}
