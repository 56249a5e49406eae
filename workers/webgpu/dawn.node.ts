// `navigator.gpu` in plain Node, from Dawn (the package `webgpu`), with an adapter that emulates a GPU where there is none.
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { create, globals } from 'webgpu';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { hasDriver, loadVulkan, softwareDriver, useDriver } from './vulkan.node.js';

/** Timestamps as the driver gives them: rounding to 0.1 ms protects from strangers' pages, of which there are none here. */
const exactTimestamps = 'disable-dawn-features=timestamp_quantization';

/**
 * onnxruntime's build for WebGPU has functions that the optimizing compiler of V8 11 works on for a minute and with 2 GB
 * (93 s and 2.3 GB until the first step, against 9 s and 0.6 GB): only what is a hundred times hotter is worth optimizing.
 */
const patientTierUp = '--wasm-tiering-budget=180000000';

/**
 * Electron's V8 keeps all ArrayBuffers in its sandbox, and Dawn maps its buffers as ArrayBuffers elsewhere: in the desktop app it is the
 * window that computes on GPUs.
 */
const mapsNothing = 'electron' in process.versions;

let installed: Promise<GPU> | undefined;

/**
 * Makes Dawn this process's `navigator.gpu` and WebGPU's classes global, once. $DESCENT_GPU is `software` for the adapter
 * that computes on the processor, else a part of the name of the adapter to use; left out: a GPU where there is one, else
 * the software adapter. $DESCENT_SOFTWARE_GPU names the manifest of a Vulkan driver to emulate a GPU with.
 */
export function installDawn(): Promise<GPU> {
  return (installed ??= install(process.env.DESCENT_GPU));
}

/** Why Dawn finds no adapter on this computer, and what to do about it. */
export function noAdapterReason(): string {
  if (mapsNothing) return "in the desktop app GPUs are used by the window, not by the app's processes";
  if (process.platform !== 'linux') return 'Dawn found neither a GPU nor a software adapter';
  if (softwareDriver() === undefined)
    return 'Dawn found no GPU, and no browser is installed whose SwiftShader could emulate one: install Chromium (Debian: apt-get install chromium), or name a Vulkan driver in DESCENT_SOFTWARE_GPU';
  return isMainThread
    ? 'Dawn found no GPU, and the software driver did not start'
    : 'Dawn found no GPU, and a software driver can only be chosen in the main thread of a process';
}

async function install(choice: string | undefined): Promise<GPU> {
  setFlagsFromString(patientTierUp);
  Object.assign(globalThis, globals);
  const gpu = await startDawn(choice);
  // onnxruntime counts the processors by `navigator` as soon as there is one.
  if (typeof navigator === 'undefined')
    Object.defineProperty(globalThis, 'navigator', {
      value: { hardwareConcurrency: availableParallelism() },
      configurable: true,
      writable: true,
    });
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

async function startDawn(choice: string | undefined): Promise<GPU> {
  const software = choice === 'software';
  const flags = [exactTimestamps, ...(choice && !software ? [`adapter=${choice}`] : [])];
  if (process.platform !== 'linux') return create(flags);
  loadVulkan();
  const driver = softwareDriver();
  if (driver !== undefined && (software || !hasDriver())) useDriver(driver);
  const gpu = create(flags);
  if (driver === undefined || choice || (await gpu.requestAdapter())) return gpu;
  // Drivers are installed, but their GPU is not there.
  useDriver(driver);
  return create(flags);
}

/** @throws EngineError `gpu.none` when there is no adapter at all, `gpu.choice` when $DESCENT_GPU names one that is not there */
export async function requireDawn(): Promise<GPU> {
  const gpu = await installDawn();
  if (await findAdapter(gpu)) return gpu;
  throw new EngineError('gpu.none', `GPU: ${noAdapterReason()}.`);
}

/** The adapter that fits best, or null. @throws EngineError `gpu.choice` as above */
export async function findAdapter(gpu: GPU, wish?: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
  if (mapsNothing) return null;
  try {
    return await gpu.requestAdapter(wish);
  } catch (error) {
    // Dawn rejects instead of giving none when it was told a name, and lists those there are.
    const told = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      'gpu.choice',
      `DESCENT_GPU: no adapter is called '${process.env.DESCENT_GPU ?? ''}': ${told}`,
    );
  }
}
