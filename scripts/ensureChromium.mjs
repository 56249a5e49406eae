// Installs the system's Chromium where tests need it and may: it is the browser of tests/e2e, and its SwiftShader the GPU of machines without one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

const isInstalled = () => [process.env.CHROMIUM, ...browsers].some((path) => path && existsSync(path));

/** What goes before a command that only root may run; undefined where it may not be run. */
function asRoot() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

/**
 * Sees to it that Chromium is there.
 * @returns undefined, or the sentence that says why it is not
 */
export function ensureChromium() {
  if (process.platform !== 'linux' || isInstalled()) return undefined;
  const install = 'install Chromium (Debian: apt-get install chromium)';
  if (spawnSync('apt-get', ['--version']).status !== 0)
    return `Chromium is missing and there is no apt-get: ${install}.`;
  const prefix = asRoot();
  if (!prefix) return `Chromium is missing and only root may install it: ${install}.`;
  console.error('Descent: installing Chromium for the tests (once): apt-get install chromium…');
  const apt = (...args) => {
    const network = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=30', '-o', 'Acquire::https::Timeout=30'];
    const [command, ...rest] = [
      ...prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-q',
      '-y',
      ...network,
      ...args,
    ];
    return spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  };
  // Lists that cannot be renewed may still be good enough.
  apt('update');
  const { status, stdout, stderr } = apt('install', '--no-install-recommends', 'chromium');
  if (status === 0 && isInstalled()) return undefined;
  const told = (stderr || stdout).trim().split('\n').slice(-2).join(' ');
  return `Chromium is missing and apt-get did not install it (${told}): ${install}.`;
}
