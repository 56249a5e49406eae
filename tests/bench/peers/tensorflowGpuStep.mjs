// Times training steps of a benchmark model in TensorFlow.js on WebGPU, over Dawn in Node. Usage: tensorflowGpuStep.mjs MODEL BATCH.
import { serveBlocks } from './blocks.mjs';
import { installDawn } from './dawn.mjs';

const [name, batch] = process.argv.slice(2);
const adapter = await installDawn();
const tf = await import('@tensorflow/tfjs');
await import('@tensorflow/tfjs-backend-webgpu');
if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js has no WebGPU here');
await tf.ready();

const { stepOf } = await import('./tensorflowModels.mjs');
const step = stepOf(name, Number(batch));
let loss;
await serveBlocks({
  step: () => {
    loss?.dispose();
    loss = step(true);
  },
  wait: async () => {
    globalThis.lastLoss = (await loss.data())[0];
    await tf.backend().device.queue.onSubmittedWorkDone();
  },
  about: { contender: 'TensorFlow.js', version: tf.version.tfjs, adapter },
});
