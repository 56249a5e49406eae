// The files of a run's folder that its trainer writes: what the run is made of, and the trained model.
import type { CheckpointFrame } from '../contract/tensorFrame.js';
import { encodeModel } from '../engine/onnx/encode.js';
import { exampleTypesOf } from '../engine/training/exampleTypes.js';
import { exportGraph } from '../engine/training/exportModel.js';
import { forwardModelOf } from '../engine/training/forwardModel.js';
import type { TrainingData } from '../engine/training/trainingData.js';
import { weightsOf } from './trainedModel.js';

/** `spec.json`: resume, predict and export go by it. */
export function specificationFile({ spec, imported, settings, preprocessing, dataSet }: TrainingData): Uint8Array {
  const specification = {
    data: { name: dataSet.name, hash: dataSet.hash },
    ...(spec ? { model: spec } : { imported: { ...imported, bytes: undefined } }),
    training: settings,
    preprocessing,
  };
  return new TextEncoder().encode(JSON.stringify(specification, null, 2));
}

/** `model.onnx`: the trained model as it would be exported without preprocessing. */
export function modelFile(data: TrainingData, checkpoint: CheckpointFrame): Uint8Array {
  const weights = weightsOf(checkpoint, data.settings.average !== undefined);
  const { inputs } = exampleTypesOf(data.preprocessing);
  return encodeModel(exportGraph({ model: forwardModelOf(data), weights, inputs }));
}
