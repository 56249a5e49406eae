// Packs the benchmark on WebGPU for a bare machine: Node itself, what we built, its few packages, the peers. There: `./run.sh`.
// Usage: node tests/bench/gpuMachine.mjs [--output out/gpu-bench.tar.gz]; for machines with this one's system and processor.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../scripts/build.mjs';
import { root } from '../../scripts/ensureInstalled.mjs';

const { values } = parseArgs({ options: { output: { type: 'string', default: join(root, 'out/gpu-bench.tar.gz') } } });
const output = resolve(values.output);
const folder = join(dirname(output), 'gpu-bench');

/** Built entries that the contenders start. */
const entries = ['out/main/benchGpu.node.js', 'out/main/dawn.node.js'];

/** Files of packages of which the whole would be large. */
const parts = {
  'onnxruntime-web':
    /^package[.]json$|^dist[/](ort[.]webgpu[.]bundle[.]min[.]mjs|ort-wasm-simd-threaded[.]asyncify[.](mjs|wasm))$/,
  webgpu: new RegExp(
    `^[^/]*$|^dist[/]${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}[/]`,
  ),
};
const superfluous = /[.](map|md|d[.][cm]?ts|ts|flow)$|(^|[/])(test|tests|docs|benchmarks|__tests__)[/]|_test[.]js$/;

function copy(path) {
  cpSync(join(root, path), join(folder, path), { dereference: true });
}

function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !/(^|[/])node_modules[/]/.test(path));
}

/** Chunks that an entry reaches, and the packages that they import. */
function reach(files) {
  const seen = new Set(files);
  const packages = new Set();
  for (const file of seen) {
    const code = readFileSync(join(root, file), 'utf8');
    for (const [, source] of code.matchAll(/(?:\bfrom |\bimport |\bimport\()"([^"\n]+)"/g)) {
      if (source.startsWith('.')) seen.add(join(dirname(file), source).split(sep).join('/'));
      else if (!source.startsWith('node:')) packages.add(packageOf(source));
    }
  }
  return { chunks: [...seen], packages: [...packages] };
}

const packageOf = (source) =>
  source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');

/** Copies a package and, unless it is taken in part, those that it depends on. */
function copyPackage(name, modules, done = new Set()) {
  const key = `${modules} ${name}`;
  if (done.has(key)) return;
  done.add(key);
  const place = join(modules, name);
  if (!existsSync(join(root, place))) return;
  const description = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8'));
  // TensorFlow.js's packages are one file each for Node.
  const whole = name.startsWith('@tensorflow/') ? new RegExp(`^package[.]json$|^${description.main}$`) : undefined;
  const wanted = parts[name] ?? whole;
  for (const file of filesOf(join(root, place)))
    if (wanted ? wanted.test(file) : !superfluous.test(file)) copy(join(place, file));
  if (!parts[name])
    for (const needed of Object.keys(description.dependencies ?? {})) copyPackage(needed, modules, done);
}

/** Chromium brings Vulkan's loader; a machine with nothing but a driver may lack it. */
function copyVulkanLoader() {
  const places = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib/chromium',
    '/opt/google/chrome',
  ];
  const found = places.map((place) => join(place, 'libvulkan.so.1')).find((path) => existsSync(path));
  if (!found) return false;
  mkdirSync(join(folder, 'lib'), { recursive: true });
  cpSync(found, join(folder, 'lib/libvulkan.so.1'), { dereference: true });
  return true;
}

const launcher = `#!/bin/sh
# The benchmark on WebGPU: our training steps beside jax-js, TensorFlow.js and PyTorch (where python3 has it) on this machine's GPU.
# Options as of \`npm run bench -- --backend webgpu\`: ./run.sh --help
cd "$(dirname "$0")" || exit 1
# Vulkan's loader, where the machine has none of its own.
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$PWD/lib"
# Containers keep the driver's description where loaders do not look.
if [ -z "$VK_DRIVER_FILES$VK_ICD_FILENAMES" ] && ! ls /etc/vulkan/icd.d/*.json /usr/share/vulkan/icd.d/*.json >/dev/null 2>&1; then
  for file in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json /usr/local/share/vulkan/icd.d/*.json; do
    if [ -f "$file" ]; then export VK_DRIVER_FILES="$file"; break; fi
  done
fi
exec ./node tests/bench/gpuTable.mjs --backend webgpu "$@"
`;

await buildIfStale();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(process.execPath, join(folder, 'node'), { dereference: true });
spawnSync('strip', [join(folder, 'node')]);
const { chunks, packages } = reach(entries);
chunks.forEach(copy);
packages.forEach((name) => copyPackage(name, 'node_modules'));
copy('tests/bench/gpuTable.mjs');
const peers = 'tests/bench/peers';
for (const name of readdirSync(join(root, peers))) if (/[.](mjs|py|json)$/.test(name)) copy(join(peers, name));
if (existsSync(join(root, peers, 'node_modules')))
  for (const name of Object.keys(JSON.parse(readFileSync(join(root, peers, 'package.json'), 'utf8')).dependencies))
    copyPackage(name, join(peers, 'node_modules'));
else
  console.error(
    'The peers are not installed: `npm run bench -- --backend webgpu --peers` installs them. Packed without them.',
  );
if (process.platform === 'linux' && !copyVulkanLoader()) console.error('No libvulkan.so.1 was found to carry along.');
// The scripts are modules.
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
writeFileSync(join(folder, 'run.sh'), launcher);
for (const file of ['run.sh', 'node']) chmodSync(join(folder, file), 0o755);
const { status, stderr } = spawnSync('tar', ['-czf', output, '-C', dirname(folder), basename(folder)], {
  encoding: 'utf8',
});
if (status !== 0) throw new Error(`tar failed: ${stderr}`);
console.log(
  `${output}: ${Math.round(statSync(output).size / 2 ** 20)} MiB. On the other machine: tar -xzf ${basename(output)} && gpu-bench/run.sh`,
);
