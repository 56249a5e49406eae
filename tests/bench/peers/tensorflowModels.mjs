// The benchmark's models in TensorFlow.js, the same on each of its backends.
import * as tf from '@tensorflow/tfjs';

const dense = (units, options = {}) => tf.layers.dense({ units, ...options });
const conv = (x, filters, size, strides) =>
  tf.layers.conv2d({ filters, kernelSize: size, strides, padding: 'same', useBias: false }).apply(x);
const norm = (x) => tf.layers.batchNormalization().apply(x);
const relu = (x) => tf.layers.activation({ activation: 'relu' }).apply(x);

function leNet() {
  const stage = (filters) => [
    tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
  ];
  return chain(
    [28, 28, 1],
    [...stage(32), ...stage(64), tf.layers.flatten(), dense(128, { activation: 'relu' }), dense(10)],
  );
}

function residualNet() {
  const input = tf.input({ shape: [32, 32, 3] });
  let x = relu(norm(conv(input, 16, 3, 1)));
  [16, 32, 64].forEach((filters, stage) => {
    for (let block = 0; block < 3; block++) {
      const strides = stage > 0 && block === 0 ? 2 : 1;
      const branch = norm(conv(relu(norm(conv(x, filters, 3, strides))), filters, 3, 1));
      const shortcut = strides === 1 ? x : norm(conv(x, filters, 1, strides));
      x = relu(tf.layers.add().apply([branch, shortcut]));
    }
  });
  const logits = dense(10).apply(tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(x));
  return ofLayers(tf.model({ inputs: input, outputs: logits }));
}

function chain(inputShape, layers) {
  const model = tf.sequential();
  layers.forEach((layer, index) => {
    if (index === 0) model.add(tf.layers.inputLayer({ inputShape }));
    model.add(layer);
  });
  return ofLayers(model);
}

const ofLayers = (model) => ({
  forward: (x) => model.apply(x, { training: true }),
  variables: model.trainableWeights.map((weight) => weight.val),
});

/** Four blocks, normalisation first, causal attention, as PyTorch's TransformerEncoderLayer. */
function transformer() {
  const variables = [];
  const weight = (...shape) => {
    const variable = tf.variable(tf.randomNormal(shape, 0, 0.05));
    variables.push(variable);
    return variable;
  };
  const affine = (inward, outward) => {
    const [w, b] = [weight(inward, outward), weight(outward)];
    return (x) => tf.add(tf.matMul(x.reshape([-1, inward]), w), b).reshape([...x.shape.slice(0, -1), outward]);
  };
  const layerNorm = () => {
    const [scale, offset] = [weight(128), weight(128)];
    return (x) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(scale).add(offset);
    };
  };
  const gelu = (x) => x.mul(x.div(Math.SQRT2).erf().add(1)).mul(0.5);
  const future = tf.tidy(() =>
    tf.linalg
      .bandPart(tf.ones([128, 128]), -1, 0)
      .sub(1)
      .mul(1e9),
  );
  const block = () => {
    const [norm1, norm2, project, output] = [layerNorm(), layerNorm(), affine(128, 384), affine(128, 128)];
    const [linear1, linear2] = [affine(128, 512), affine(512, 128)];
    return (x) => {
      const batch = x.shape[0];
      const heads = tf
        .split(project(norm1(x)), 3, 2)
        .map((part) => part.reshape([batch, 128, 4, 32]).transpose([0, 2, 1, 3]));
      const weights = tf.softmax(tf.matMul(heads[0], heads[1], false, true).div(Math.sqrt(32)).add(future));
      const mixed = tf.matMul(weights, heads[2]).transpose([0, 2, 1, 3]).reshape([batch, 128, 128]);
      const attended = x.add(output(mixed));
      return attended.add(linear2(gelu(linear1(norm2(attended)))));
    };
  };
  const [embedding, position] = [weight(64, 128), weight(128, 128)];
  const blocks = [block(), block(), block(), block()];
  const head = affine(128, 64);
  const forward = (x) => head(blocks.reduce((h, next) => next(h), tf.gather(embedding, x).add(position)));
  return { forward, variables };
}

const images =
  (...shape) =>
  (count) => [tf.randomNormal([count, ...shape]), tf.randomUniform([count], 0, 10, 'int32'), 10];
const tokens = (count) => [
  tf.randomUniform([count, 128], 0, 64, 'int32'),
  tf.randomUniform([count * 128], 0, 64, 'int32'),
  64,
];
const models = {
  mlp: [
    () => chain([784], [dense(256, { activation: 'relu' }), dense(128, { activation: 'relu' }), dense(10)]),
    images(784),
  ],
  lenet: [leNet, images(28, 28, 1)],
  resnet20: [residualNet, images(32, 32, 3)],
  lstm: [
    () => chain([64, 64], [tf.layers.lstm({ units: 128, recurrentInitializer: 'glorotUniform' }), dense(10)]),
    images(64, 64),
  ],
  transformer: [transformer, tokens],
};

/** One step of plain SGD on `batch` examples: a function that runs it and gives the loss when asked to. */
export function stepOf(name, batch) {
  const [build, batchOf] = models[name];
  const { forward, variables } = build();
  const [x, target, classes] = batchOf(batch);
  const optimizer = tf.train.sgd(0.01);
  const labels = tf.oneHot(target, classes).toFloat();
  const loss = () => tf.losses.softmaxCrossEntropy(labels, forward(x).reshape([-1, classes]));
  return (returnLoss = false) => optimizer.minimize(loss, returnLoss, variables);
}
