// `navigator.gpu` for the peers: our own build's Dawn, so that every contender computes on the same adapter.
import { requireDawn } from '../../../out/main/dawn.node.js';

/** Makes WebGPU global; resolves to the adapter's description. */
export async function installDawn() {
  const gpu = await requireDawn();
  // jax-js looks for a telephone.
  if (navigator.userAgent === undefined) Object.defineProperty(navigator, 'userAgent', { value: 'Node.js' });
  const { info } = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  return info.description || info.device || `${info.vendor} ${info.architecture}`;
}
