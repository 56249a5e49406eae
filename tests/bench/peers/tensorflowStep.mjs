// Times one training step of a benchmark model in TensorFlow.js on its CPU backend; prints one JSON object.
// Usage: tensorflowStep.mjs MODEL. The backend is slow enough that a step over a part of the batch is scaled to all of it.
import * as tf from '@tensorflow/tfjs';
import { stepOf } from './tensorflowModels.mjs';

const [name] = process.argv.slice(2);
await tf.setBackend('cpu');
await tf.ready();

/** Examples of a step, and as many of them as are timed. */
const sizes = { mlp: [64, 64], lenet: [64, 2], resnet20: [32, 1], lstm: [32, 32], transformer: [16, 1] };
const [batch, part] = sizes[name];
const step = stepOf(name, part);

step();
const times = [];
const end = performance.now() + 3000;
do {
  const start = performance.now();
  step();
  times.push(performance.now() - start);
} while (performance.now() < end && times.length < 20);
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    model: name,
    milliseconds: (times[times.length >> 1] * batch) / part,
    part,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    version: tf.version.tfjs,
  }),
);
