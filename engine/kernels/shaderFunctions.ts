// WGSL functions that kernels may call by name; the emitter adds the source of those that are used, and of what they need.

interface ShaderFunction {
  readonly source: string;
  /** Names of functions that it calls. */
  readonly needs?: readonly string[];
}

export const shaderFunctions: Readonly<Record<string, ShaderFunction>> = {
  // A constant expression of WGSL may not be infinite, so the bits go through a variable.
  infinity: { source: 'fn infinity() -> f32 { var bits = 0x7f800000u; return bitcast<f32>(bits); }' },
  notANumber: { source: 'fn notANumber() -> f32 { var bits = 0x7fc00000u; return bitcast<f32>(bits); }' },
  // WGSL may assume that floats are finite: the bits tell.
  isFinite: { source: 'fn isFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }' },
  isNan: { source: 'fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }' },
};
