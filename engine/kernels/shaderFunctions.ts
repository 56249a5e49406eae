// WGSL functions that kernels may call by name; the emitter adds the source of those that are used, and of what they need.
// Those of mathematics take and give f32. WGSL promises little of its own sin, tan, asin, atan, tanh …: up to 2^-11 of error.
// Polynomials: Cephes' single-precision library (Moshier), erf's: Eigen's rational approximation.

interface ShaderFunction {
  readonly source: string;
  /** Names of functions that it calls. */
  readonly needs?: readonly string[];
}

/** Functions that look at the bits: WGSL may assume that floats are finite. */
const bits: Readonly<Record<string, ShaderFunction>> = {
  // A constant expression of WGSL may not be infinite, so the bits go through a variable.
  infinity: { source: 'fn infinity() -> f32 { var bits = 0x7f800000u; return bitcast<f32>(bits); }' },
  notANumber: { source: 'fn notANumber() -> f32 { var bits = 0x7fc00000u; return bitcast<f32>(bits); }' },
  isFinite: { source: 'fn isFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }' },
  isNan: { source: 'fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }' },
  isPositiveInfinity: { source: 'fn isPositiveInfinity(x: f32) -> bool { return bitcast<u32>(x) == 0x7f800000u; }' },
  isNegativeInfinity: { source: 'fn isNegativeInfinity(x: f32) -> bool { return bitcast<u32>(x) == 0xff800000u; }' },
};

/** Exponentials and what is made of them. */
const exponentials: Readonly<Record<string, ShaderFunction>> = {
  // Never the exponential of a large number.
  sigmoid: {
    source: `fn sigmoid(x: f32) -> f32 {
  let t = exp(-abs(x));
  return select(1.0f, t, x < 0.0f) / (1.0f + t);
}`,
  },
  // log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)
  softplus: {
    source: 'fn softplus(x: f32) -> f32 { return max(x, 0.0f) + logOnePlus(exp(-abs(x))); }',
    needs: ['logOnePlus'],
  },
  // Near 0 as 2·artanh(x / (2 + x)), without the rounding of 1 + x.
  logOnePlus: {
    source: `fn logOnePlus(x: f32) -> f32 {
  let s = x / (2.0f + x);
  let z = s * s;
  let near = 2.0f * s * (1.0f + z * (0.333333333f + z * (0.2f + z * (0.142857143f + z * 0.111111111f))));
  return select(log(1.0f + x), near, abs(x) < 0.4f);
}`,
  },
  // eˣ − 1; near 0 by its series.
  expMinusOne: {
    source: `fn expMinusOne(x: f32) -> f32 {
  let near = x * (1.0f + x * (0.5f + x * (0.166666667f + x * (0.0416666667f + x * (0.00833333333f + x * 0.00138888889f)))));
  return select(exp(x) - 1.0f, near, abs(x) < 0.25f);
}`,
  },
  hyperbolicTangent: {
    source: `fn hyperbolicTangent(x: f32) -> f32 {
  let z = x * x;
  let near = ((((-5.70498872745e-3f * z + 2.06390887954e-2f) * z - 5.37397155531e-2f) * z + 1.33314422036e-1f) * z
    - 3.33332819422e-1f) * z * x + x;
  let far = 1.0f - 2.0f / (exp(2.0f * min(abs(x), 10.0f)) + 1.0f);
  return select(select(far, -far, x < 0.0f), near, abs(x) < 0.625f);
}`,
  },
  hyperbolicSine: {
    source: `fn hyperbolicSine(x: f32) -> f32 {
  let z = x * x;
  let near = ((2.03721912945e-4f * z + 8.33028376239e-3f) * z + 1.66667160211e-1f) * z * x + x;
  return select(0.5f * (exp(x) - exp(-x)), near, abs(x) < 1.0f);
}`,
  },
  hyperbolicCosine: { source: 'fn hyperbolicCosine(x: f32) -> f32 { return 0.5f * (exp(x) + exp(-x)); }' },
  // log(x + √(x² + 1)); beyond 10⁹ x² would overflow, and log 2x is exact.
  areaSine: {
    source: `fn areaSine(x: f32) -> f32 {
  let size = abs(x);
  let square = min(size, 1e9f) * min(size, 1e9f);
  let result = select(logOnePlus(size + square / (1.0f + sqrt(1.0f + square))), log(size) + 0.693147181f, size > 1e9f);
  return select(result, -result, x < 0.0f);
}`,
    needs: ['logOnePlus'],
  },
  areaCosine: {
    source: `fn areaCosine(x: f32) -> f32 {
  if (x < 1.0f) { return notANumber(); }
  let t = min(x, 1e9f) - 1.0f;
  return select(logOnePlus(t + sqrt(2.0f * t + t * t)), log(x) + 0.693147181f, x > 1e9f);
}`,
    needs: ['logOnePlus', 'notANumber'],
  },
  areaTangent: {
    source: 'fn areaTangent(x: f32) -> f32 { return 0.5f * (logOnePlus(x) - logOnePlus(-x)); }',
    needs: ['logOnePlus'],
  },
  errorFunction: {
    source: `fn errorFunction(x: f32) -> f32 {
  let c = clamp(x, -4.0f, 4.0f);
  let z = c * c;
  let above = ((((((-2.72614225801306e-10f * z + 2.77068142495902e-08f) * z - 2.10102402082508e-06f) * z
    - 5.69250639462346e-05f) * z - 7.34990630326855e-04f) * z - 2.95459980854025e-03f) * z - 1.60960333262415e-02f) * c;
  let below = (((-1.45660718464996e-05f * z - 2.13374055278905e-04f) * z - 1.68282697438203e-03f) * z
    - 7.37332916720468e-03f) * z - 1.42647390514189e-02f;
  return above / below;
}`,
  },
  // WGSL's pow knows positive bases only.
  power: {
    source: `fn power(x: f32, y: f32) -> f32 {
  if (y == 0.0f || x == 1.0f) { return 1.0f; }
  let odd = floor(y) == y && abs(y - 2.0f * floor(0.5f * y)) == 1.0f;
  if (x == 0.0f) { return select(infinity(), 0.0f, y > 0.0f); }
  let size = pow(abs(x), y);
  if (x > 0.0f) { return size; }
  if (floor(y) != y) { return notANumber(); }
  return select(size, -size, odd);
}`,
    needs: ['infinity', 'notANumber'],
  },
};

/** Angles. Arguments are brought into [−π/4, π/4] by subtracting multiples of π/2 in three pieces. */
const angles: Readonly<Record<string, ShaderFunction>> = {
  sine: {
    source: 'fn sine(x: f32) -> f32 { return sineAtTurn(x, 0); }',
    needs: ['sineAtTurn'],
  },
  cosine: {
    source: 'fn cosine(x: f32) -> f32 { return sineAtTurn(x, 1); }',
    needs: ['sineAtTurn'],
  },
  tangent: {
    source: 'fn tangent(x: f32) -> f32 { return sineAtTurn(x, 0) / sineAtTurn(x, 1); }',
    needs: ['sineAtTurn'],
  },
  // sin(x + turn·π/2)
  sineAtTurn: {
    source: `fn sineAtTurn(x: f32, turn: i32) -> f32 {
  let n = round(x * 0.636619772f);
  let r = fma(n, -7.54978995489e-8f, fma(n, -4.837512969970703125e-4f, fma(n, -1.5703125f, x)));
  let z = r * r;
  let odd = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
  let even = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1.0f;
  let quarter = (i32(n) + turn) & 3;
  let size = select(odd, even, (quarter & 1) == 1);
  return select(size, -size, quarter > 1);
}`,
  },
  arcSine: {
    source: `fn arcSine(x: f32) -> f32 {
  let size = abs(x);
  if (size > 1.0f) { return notANumber(); }
  let high = size > 0.5f;
  let z = select(x * x, 0.5f * (1.0f - size), high);
  let s = select(size, sqrt(z), high);
  let arc = ((((4.2163199048e-2f * z + 2.4181311049e-2f) * z + 4.5470025998e-2f) * z + 7.4953002686e-2f) * z
    + 1.6666752422e-1f) * z * s + s;
  let result = select(arc, 1.57079633f - 2.0f * arc, high);
  return select(result, -result, x < 0.0f);
}`,
    needs: ['notANumber'],
  },
  // arccos x = 2·arcsin √((1 − x)/2) near 1, π/2 − arcsin x else
  arcCosine: {
    source: `fn arcCosine(x: f32) -> f32 {
  if (x > 0.5f) { return 2.0f * arcSine(sqrt(0.5f * (1.0f - x))); }
  return 1.57079633f - arcSine(x);
}`,
    needs: ['arcSine'],
  },
  arcTangent: {
    source: `fn arcTangent(x: f32) -> f32 {
  let size = abs(x);
  let steep = size > 2.41421356f;
  let middle = size > 0.414213562f && !steep;
  let start = select(select(0.0f, 0.785398163f, middle), 1.57079633f, steep);
  let r = select(select(size, (size - 1.0f) / (size + 1.0f), middle), -1.0f / max(size, 1.0f), steep);
  let z = r * r;
  let result = start + ((((8.05374449538e-2f * z - 1.38776856032e-1f) * z + 1.99777106478e-1f) * z
    - 3.33329491539e-1f) * z * r + r);
  return select(result, -result, x < 0.0f);
}`,
  },
};

/** Remainders, of the dividend's sign and of the divisor's. */
const remainders: Readonly<Record<string, ShaderFunction>> = {
  // The quotient may be one off where it rounds to a whole number.
  floatRemainder: {
    source: `fn floatRemainder(x: f32, y: f32) -> f32 {
  let size = abs(y);
  var rest = fma(-trunc(abs(x) / size), size, abs(x));
  rest = select(rest, rest + size, rest < 0.0f);
  rest = select(rest, rest - size, rest >= size);
  return select(rest, -rest, x < 0.0f);
}`,
  },
  floorRemainder: {
    source: `fn floorRemainder(x: i32, y: i32) -> i32 {
  let rest = x % y;
  return select(rest, rest + y, rest != 0 && (rest < 0) != (y < 0));
}`,
  },
};

export const shaderFunctions: Readonly<Record<string, ShaderFunction>> = {
  ...bits,
  ...exponentials,
  ...angles,
  ...remainders,
};
