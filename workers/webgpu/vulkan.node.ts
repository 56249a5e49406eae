// What Dawn needs on Linux before it starts: Vulkan's loader in the process, and a driver that emulates a GPU where there is none.
import { existsSync, readdirSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Browsers bring Vulkan's loader and SwiftShader, a Vulkan driver that computes on the processor. */
const browserFolders = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
  '/opt/microsoft/msedge',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/** Where Vulkan's loader looks for drivers. */
const driverFolders = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/usr/local/etc/vulkan/icd.d',
  join(homedir(), '.local/share/vulkan/icd.d'),
];

/** Keeps the library in the process when Node lets go of it (glibc's and musl's RTLD_NODELETE). */
const noDelete = 0x1000;

/** The manifest of a software driver: the one that $DESCENT_SOFTWARE_GPU names, else SwiftShader of an installed browser. */
export function softwareDriver(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment.DESCENT_SOFTWARE_GPU;
  const known = browserFolders.map((folder) => join(folder, 'vk_swiftshader_icd.json'));
  return [...(named ? [named] : []), ...known].find((path) => existsSync(path));
}

/** Whether a driver is installed or named by the variables that Vulkan's loader reads. */
export function hasDriver(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (environment.VK_ICD_FILENAMES || environment.VK_DRIVER_FILES || environment.VK_ADD_DRIVER_FILES) return true;
  return driverFolders.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json')),
  );
}

/** From now on Vulkan finds this driver and no other. Works until Dawn's instance is made, and in the main thread only. */
export function useDriver(manifest: string): void {
  delete process.env.VK_DRIVER_FILES;
  process.env.VK_ICD_FILENAMES = manifest;
}

/**
 * Sees to it that Dawn, which asks for `libvulkan.so.1` by name, gets it: a library that is already in the process is found
 * whatever folder it came from. Does nothing where the system has none and no browser brings one.
 * @returns whether there is a loader
 */
export function loadVulkan(): boolean {
  const beside = softwareDriver();
  const folders = [...(beside ? [dirname(beside)] : []), ...browserFolders];
  const candidates = ['libvulkan.so.1', ...folders.map((folder) => join(folder, 'libvulkan.so.1'))];
  return candidates.some(loadLibrary);
}

function loadLibrary(path: string): boolean {
  if (path.includes('/') && !existsSync(path)) return false;
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | noDelete);
    return true;
  } catch (error) {
    // It is loaded, but is no addon of Node: that is the refusal to be expected.
    return error instanceof Error && error.message.includes('did not self-register');
  }
}
