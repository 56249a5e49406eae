// Times training steps of a benchmark model in jax-js on WebGPU, over Dawn in Node. Usage: jaxStep.mjs MODEL BATCH.
// One `jit` holds the forward pass, its gradient and plain SGD; arrays are consumed by their last use (`.ref` keeps them).
import { readFileSync } from 'node:fs';
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import { serveBlocks } from './blocks.mjs';
import { installDawn } from './dawn.mjs';

// jax-js counts on the iterators' methods, which Node has from version 22 on.
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
iterators.map ??= function* (change) {
  for (const value of this) yield change(value);
};
iterators.filter ??= function* (keep) {
  for (const value of this) if (keep(value)) yield value;
};

const [name, batchText] = process.argv.slice(2);
const batch = Number(batchText);
const adapter = await installDawn();
if (!(await init('webgpu')).includes('webgpu')) throw new Error('jax-js has no WebGPU here');
defaultDevice('webgpu');

let keys = 0;
const normal = (shape, scale = 0.05) => random.normal(random.key(keys++), shape).mul(scale);
const integers = (shape, limit) =>
  np.array(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => (index * 7919) % limit),
    { shape, dtype: np.int32 },
  );

const affine = (inward, outward) => ({ w: normal([inward, outward]), b: np.zeros([outward]) });
const dense = (x, { w, b }) => np.dot(x, w).add(b);

const mlp = {
  init: () => [affine(784, 256), affine(256, 128), affine(128, 10)],
  forward: ([first, second, third], x) => dense(nn.relu(dense(nn.relu(dense(x, first)), second)), third),
};

const filters = (inward, outward, size = 3) => normal([outward, inward, size, size]);
const maxPool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const leNet = {
  init: () => ({
    w1: filters(1, 32),
    b1: np.zeros([32, 1, 1]),
    w2: filters(32, 64),
    b2: np.zeros([64, 1, 1]),
    fc1: affine(3136, 128),
    fc2: affine(128, 10),
  }),
  forward: ({ w1, b1, w2, b2, fc1, fc2 }, x) => {
    const stage = (input, w, b) => maxPool(nn.relu(lax.convGeneralDilated(input, w, [1, 1], 'SAME').add(b)));
    const features = stage(stage(x, w1, b1), w2, b2).reshape([-1, 3136]);
    return dense(nn.relu(dense(features, fc1)), fc2);
  },
};

const norm = (channels) => ({ scale: np.ones([channels, 1, 1]), offset: np.zeros([channels, 1, 1]) });
/** Over the batch, as in training. */
function batchNorm(x, { scale, offset }) {
  const centred = x.ref.sub(np.mean(x, [0, 2, 3], { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
  return centred
    .mul(np.reciprocal(np.sqrt(variance.add(1e-5))))
    .mul(scale)
    .add(offset);
}
const strides = [1, 1, 1, 2, 1, 1, 2, 1, 1];
const resNet20 = {
  init: () => {
    let inward = 16;
    const blocks = strides.map((stride, index) => {
      const outward = 16 << Math.floor(index / 3);
      const block = {
        w1: filters(inward, outward),
        n1: norm(outward),
        w2: filters(outward, outward),
        n2: norm(outward),
      };
      if (stride === 2) Object.assign(block, { w3: filters(inward, outward, 1), n3: norm(outward) });
      inward = outward;
      return block;
    });
    return { stem: filters(3, 16), norm: norm(16), blocks, fc: affine(64, 10) };
  },
  forward: ({ stem, norm: first, blocks, fc }, x) => {
    const conv = (input, w, stride) => {
      const pad = w.shape[2] >> 1;
      return lax.convGeneralDilated(
        input,
        w,
        [stride, stride],
        [
          [pad, pad],
          [pad, pad],
        ],
      );
    };
    let h = nn.relu(batchNorm(conv(x, stem, 1), first));
    blocks.forEach(({ w1, n1, w2, n2, w3, n3 }, index) => {
      const branch = batchNorm(conv(nn.relu(batchNorm(conv(h.ref, w1, strides[index]), n1)), w2, 1), n2);
      h = nn.relu(branch.add(w3 ? batchNorm(conv(h, w3, strides[index]), n3) : h));
    });
    return dense(np.mean(h, [2, 3]), fc);
  },
};

const units = 128;
const lstm = {
  init: () => ({ input: affine(64, 4 * units), recurrent: normal([units, 4 * units]), fc: affine(units, 10) }),
  // The inputs' products of all time steps at once, as implementations do; jax-js has no scan, so the loop is unrolled.
  forward: ({ input, recurrent, fc }, x) => {
    const all = dense(x.transpose([1, 0, 2]).reshape([-1, 64]), input).reshape([64, -1, 4 * units]);
    const steps = np.split(all, 64, 0).map((part) => part.reshape([-1, 4 * units]));
    let h;
    let c;
    for (const part of steps) {
      const gates = h ? part.add(np.dot(h, recurrent.ref)) : part;
      const [i, f, g, o] = np.split(gates, 4, 1);
      const written = nn.sigmoid(i).mul(np.tanh(g));
      c = c ? nn.sigmoid(f).mul(c).add(written) : (f.dispose(), written);
      h = nn.sigmoid(o).mul(np.tanh(c.ref));
    }
    c.dispose();
    recurrent.dispose();
    return dense(h, fc);
  },
};

const [length, width, heads] = [128, 128, 4];
const layer = () => ({ scale: np.ones([width]), offset: np.zeros([width]) });
function layerNorm(x, { scale, offset }) {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  return centred
    .mul(np.reciprocal(np.sqrt(variance.add(1e-5))))
    .mul(scale)
    .add(offset);
}
const gelu = (x) => x.ref.mul(lax.erf(x.mul(Math.SQRT1_2)).add(1)).mul(0.5);
const transformer = {
  init: () => ({
    embedding: normal([64, width]),
    position: normal([length, width]),
    blocks: [0, 1, 2, 3].map(() => ({
      n1: layer(),
      project: affine(width, 3 * width),
      output: affine(width, width),
      n2: layer(),
      up: affine(width, 512),
      down: affine(512, width),
    })),
    head: affine(width, 64),
  }),
  forward: ({ embedding, position, blocks, head }, x) => {
    let h = np.take(embedding, x, 0).add(position).reshape([-1, width]);
    for (const { n1, project, output, n2, up, down } of blocks) {
      const [q, k, v] = np
        .split(dense(layerNorm(h.ref, n1), project), 3, 1)
        .map((part) => part.reshape([-1, length, heads, width / heads]));
      const mixed = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([-1, width]);
      h = h.add(dense(mixed, output));
      h = h.ref.add(dense(gelu(dense(layerNorm(h, n2), up)), down));
    }
    return dense(h, head);
  },
};

const images = (...shape) => [normal([batch, ...shape], 1), integers([batch], 10), 10];
const tasks = {
  mlp: [mlp, () => images(784)],
  lenet: [leNet, () => images(1, 28, 28)],
  resnet20: [resNet20, () => images(3, 32, 32)],
  lstm: [lstm, () => images(64, 64)],
  transformer: [transformer, () => [integers([batch, length], 64), integers([batch * length], 64), 64]],
};

const [model, batchOf] = tasks[name];
const [x, target, classes] = batchOf();
const loss = (params, input, labels) => {
  const likelihood = nn.logSoftmax(model.forward(params, input)).mul(nn.oneHot(labels, classes));
  return likelihood.sum().mul(-1 / target.shape[0]);
};
const update = jit((params, input, labels) => {
  const [value, gradient] = valueAndGrad(loss)(tree.ref(params), input, labels);
  return [value, tree.map((p, g) => p.sub(g.mul(0.01)), params, gradient)];
});

let params = await blockUntilReady(model.init());
let value;
await serveBlocks({
  step: () => {
    value?.dispose();
    [value, params] = update(params, x.ref, target.ref);
  },
  wait: async () => {
    await blockUntilReady([value, params]);
    globalThis.lastLoss = await value.ref.jsAsync();
  },
  about: {
    contender: 'jax-js',
    version: JSON.parse(readFileSync(new URL('node_modules/@jax-js/jax/package.json', import.meta.url))).version,
    adapter,
  },
});
