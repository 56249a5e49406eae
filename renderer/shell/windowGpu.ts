// The GPU that this window offers for training. undefined: not known yet; null: none.
import { shallowRef } from 'vue';

export interface WindowGpu {
  readonly adapter: string;
  /** Computed by the processor: for looking, not for speed. */
  readonly software: boolean;
}

export const windowGpu = shallowRef<WindowGpu | null>();

/** Asks the browser for its adapter, once. */
export async function findWindowGpu(): Promise<WindowGpu | null> {
  // Older browsers, and pages that are not secure, lack it.
  const gpu = (navigator as { readonly gpu?: GPU }).gpu;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return (windowGpu.value = null);
  const { vendor, architecture, description } = adapter.info;
  const software = /swiftshader|llvmpipe|software/i.test(`${vendor} ${architecture} ${description}`);
  const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'GPU';
  return (windowGpu.value = { adapter: name, software });
}
