// What is told of an adapter: its name, kind, features and limits.

import type { AdapterKind, AdapterReport } from '../../contract/jobs.js';

/** What WebGPU tells of an adapter; browsers leave out what could identify a person. */
export type AdapterFacts = Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'> & {
  readonly isFallbackAdapter?: boolean;
};

export function reportOf(adapter: GPUAdapter): AdapterReport {
  const { info } = adapter;
  return {
    name: nameOf(info),
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description,
    kind: kindOf(info),
    features: [...adapter.features].sort(),
    limits: limitsOf(adapter.limits),
  };
}

/** The device's own name where it is told, else vendor and architecture. */
export function nameOf({ vendor, architecture, device, description }: AdapterFacts): string {
  // SwiftShader names its compiler, Chromium some devices by a number only.
  if (architecture === 'swiftshader') return 'SwiftShader';
  if (device && !/^0x[0-9a-f]+$/i.test(device)) return device;
  return [vendor, architecture].filter((word) => word !== '').join(' ') || description || 'unknown GPU';
}

/** WebGPU does not say what an adapter is made of: it is told from vendors' and architectures' names. */
export function kindOf(facts: AdapterFacts): AdapterKind {
  const { vendor, architecture, device, description } = facts;
  const text = `${vendor} ${architecture} ${device} ${description}`.toLowerCase();
  if (facts.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render|warp\b/.test(text)) return 'software';
  if (/tegra|jetson|orin\b/.test(text)) return 'integrated';
  if (vendor === 'nvidia') return 'discrete';
  if (vendor === 'apple' || vendor === 'qualcomm' || vendor === 'arm' || vendor === 'img-tec') return 'integrated';
  if (vendor === 'intel') return /\barc\b|xe-hpg|xe2-hpg|gen-12-hp|12-hp/.test(text) ? 'discrete' : 'integrated';
  if (vendor === 'amd')
    return /radeon (rx|pro w|ai pro)|instinct/.test(text)
      ? 'discrete'
      : text.includes('graphics')
        ? 'integrated'
        : 'unknown';
  return 'unknown';
}

function limitsOf(limits: GPUSupportedLimits): Record<string, number> {
  const all: Record<string, number> = {};
  // Limits are getters of the prototype, so that no spread finds them.
  for (const name in limits) {
    const value: unknown = limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') all[name] = value;
  }
  return all;
}
