// Gelu: X·Φ(X) with Φ the normal distribution function, exact or by tanh, elementwise (ONNX Gelu-20).
import type { Value } from '../../ir/graph.js';
import { oneOf } from '../attributes.js';
import { defineUnary } from '../defineUnary.js';
import type { Emit } from '../emit.js';

export const gelu = defineUnary({
  type: 'Gelu',
  since: 20,
  attributes: { approximate: oneOf(['none', 'tanh'], 'none') },
  gradient: ({ emit, X, dY, attributes }) =>
    emit.mul(dY, attributes.approximate === 'tanh' ? tanhSlope(emit, X) : exactSlope(emit, X)),
  flops: 8,
});

// Φ(X) + X·φ(X), Φ = (1 + erf(X/√2))/2, φ = e^(−X²/2)/√(2π)
function exactSlope(emit: Emit, x: Value): Value {
  const distribution = emit.mul(emit.add(emit.node('Erf', [emit.mul(x, Math.SQRT1_2)]), 1), 0.5);
  const density = emit.mul(emit.exp(emit.mul(emit.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return emit.add(distribution, emit.mul(x, density));
}

// With t = tanh(√(2/π)·(X + 0.044715·X³)): (1 + t)/2 + X/2·(1 − t²)·√(2/π)·(1 + 3·0.044715·X²)
function tanhSlope(emit: Emit, x: Value): Value {
  const scale = Math.sqrt(2 / Math.PI);
  const squared = emit.square(x);
  const t = emit.tanh(emit.mul(x, emit.add(emit.mul(squared, 0.044715 * scale), scale)));
  const inner = emit.add(emit.mul(squared, 3 * 0.044715 * scale), scale);
  const bend = emit.mul(emit.mul(x, emit.sub(1, emit.square(t))), inner);
  return emit.mul(emit.add(emit.add(t, 1), bend), 0.5);
}
