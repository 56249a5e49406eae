// `npm run bench`: times our training steps and those of the peers that are there, taking turns; prints one table.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchGpu, gpuBenchUsage } from '../tests/bench/gpuTable.mjs';
import { buildIfStale } from './build.mjs';
import { loadBundled } from './bundle.mjs';
import { root } from './ensureInstalled.mjs';

/** Measured by processes that stay, and with options of its own. */
const onGpu = process.argv.some(
  (word, index) => word === '--backend=webgpu' || (word === 'webgpu' && process.argv[index - 1] === '--backend'),
);

/** Times of the window: a browser measures them. */
if (process.argv.includes('--ui')) {
  const names = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  const { benchWindow } = await loadBundled('tests/bench/ui/index.ts', 'bench');
  process.exit((await benchWindow(names)) ? 0 : 1);
}

/** Times of augmenting images, on one core. */
if (process.argv.includes('--augment')) {
  const { benchAugmentation } = await loadBundled('tests/bench/augment.ts', 'bench');
  benchAugmentation();
  process.exit(0);
}

const { values: options } = parseArgs({
  // The table of the GPU knows more options, and refuses those that nobody knows.
  strict: !onGpu,
  options: {
    json: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    model: { type: 'string', multiple: true },
    backend: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    threads: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(`npm run bench [-- --json] [--model NAME]… [--backend native|wasm] [--rounds 3] [--seconds 2] [--threads N] [--peers]

Every contender runs in a process of its own, one after the other, round by round; the best round counts.
--peers first installs TensorFlow.js beside this script's peers. PyTorch is measured where the Python named by
the variable PYTHON (else python3) can import it.

npm run bench -- --ui [NAME]…: what a person waits for in the window.
npm run bench -- --augment: how fast images are augmented.

${gpuBenchUsage}`);
  process.exit(0);
}

const peers = join(root, 'tests/bench/peers');
const python = process.env.PYTHON ?? 'python3';
const models = options.model ?? ['mlp', 'lenet', 'resnet20', 'lstm', 'transformer'];
const backends = options.backend ? [options.backend] : ['native', 'wasm'];

if (options.peers) {
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--ignore-scripts', '--loglevel=error'], {
    cwd: peers,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(1);
}
buildIfStale();
if (onGpu) process.exit((await benchGpu(process.argv.slice(2))) ? 0 : 1);

const children = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });

/** The JSON objects that a program prints, one a line; nothing where it fails, which is told. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    children.add(child);
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', (error) => (errors += error.message));
    child.on('close', (code) => {
      children.delete(child);
      if (code !== 0) console.error(`${args.join(' ')}: ended with ${code}\n${errors.trim()}`);
      const lines = output.split('\n').filter((line) => line.startsWith('{'));
      resolve(code === 0 ? lines.map((line) => JSON.parse(line)) : []);
    });
  });
}

const ours = (backend) => async (model) => {
  const script = join(root, 'out/main/cli.js');
  const args = [
    script,
    'bench',
    '--json',
    '--model',
    model,
    '--backend',
    backend,
    '--seconds',
    options.seconds,
    '--threads',
    String(threads),
  ];
  const measured = await run(process.execPath, args);
  const ceiling = measured.find((line) => line.model === 'matmul1024');
  const step = measured.find((line) => line.model === model);
  return step && { ...step, ceiling: ceiling.gflops };
};

const threads = Number(options.threads ?? physicalCores());
const torch = async (model) =>
  (await run(python, [join(peers, 'torch_step.py'), model, options.seconds, String(threads)]))[0];
const tensorflow = async (model) => (await run(process.execPath, [join(peers, 'tensorflowStep.mjs'), model]))[0];

function physicalCores() {
  const cores = process.platform === 'linux' && spawnSync('lscpu', ['-p=core,socket'], { encoding: 'utf8' }).stdout;
  const distinct = new Set((cores || '').split('\n').filter((line) => line && !line.startsWith('#')));
  return Math.max(1, Math.min(availableParallelism(), distinct.size || Infinity));
}

function importsTorch() {
  return spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;
}

/** Once: slow, and only a factor of twenty is asked of it. */
const contenders = backends.map((backend) => ({
  name: backend,
  measure: ours(backend),
  rounds: Number(options.rounds),
}));
const absent = [];
if (importsTorch()) contenders.splice(1, 0, { name: 'pytorch', measure: torch, rounds: Number(options.rounds) });
else absent.push(`PyTorch is absent: ${python} cannot import torch (set PYTHON to one that can).`);
if (existsSync(join(peers, 'node_modules/@tensorflow/tfjs')))
  contenders.push({ name: 'tensorflow.js', measure: tensorflow, rounds: 1 });
else absent.push('TensorFlow.js is absent: `npm run bench -- --peers` installs it.');

/** The best time and the best ceiling of all rounds; memory as in the worst. */
function joined(before, now) {
  if (!before || !now) return before ?? now;
  const faster = now.milliseconds < before.milliseconds ? now : before;
  const peakBytes = Math.max(before.peakBytes, now.peakBytes);
  const cpuMilliseconds = Math.min(before.cpuMilliseconds, now.cpuMilliseconds);
  return {
    ...faster,
    cpuMilliseconds,
    peakBytes,
    ...(now.ceiling && { ceiling: Math.max(before.ceiling, now.ceiling) }),
  };
}

async function measureModel(model) {
  const best = {};
  for (let round = 0; round < Number(options.rounds); round++)
    for (const { name, measure, rounds } of contenders)
      if (round < rounds) best[name] = joined(best[name], await measure(model));
  return best;
}

function rows(model, best) {
  return contenders.flatMap(({ name }) => {
    const found = best[name];
    if (!found) return [];
    const { milliseconds, cpuMilliseconds, gflops, ceiling, peakBytes } = found;
    const own = backends.includes(name);
    return {
      model,
      contender: name,
      milliseconds,
      ...(cpuMilliseconds && { cpuMilliseconds }),
      ...(own && { gflops, ceiling }),
      ...(own && best.pytorch && { timesPytorch: milliseconds / best.pytorch.milliseconds }),
      ...(own && best['tensorflow.js'] && { fasterThanTensorflow: best['tensorflow.js'].milliseconds / milliseconds }),
      peakBytes,
    };
  });
}

const number = (value, digits = 3) =>
  value === undefined ? '' : value >= 1000 ? value.toFixed(0) : value.toPrecision(digits);

function printRow(row) {
  const {
    model,
    contender,
    milliseconds,
    cpuMilliseconds,
    gflops,
    share,
    timesPytorch,
    fasterThanTensorflow,
    peakBytes,
  } = row;
  const cells = [
    `${number(milliseconds)} ms`,
    cpuMilliseconds === undefined ? '' : `${number(cpuMilliseconds)} ms`,
    gflops === undefined ? '' : number(gflops),
    share === undefined ? '' : `${Math.round(share * 100)} %`,
    timesPytorch === undefined ? '' : `${timesPytorch.toFixed(2)} ×`,
    fasterThanTensorflow === undefined ? '' : `${number(fasterThanTensorflow)} ×`,
    `${Math.round(peakBytes / 2 ** 20)} MiB`,
  ];
  console.log([model.padEnd(13), contender.padEnd(14), ...cells.map((cell) => cell.padStart(12))].join(''));
}

const results = [];
for (const model of models) {
  results.push(...rows(model, await measureModel(model)));
  if (!options.json && process.stderr.isTTY) console.error(`… ${model}`);
}

/** Shares are of the best MatMul of the whole run on that backend. */
const ceilings = Object.fromEntries(
  backends.map((name) => [
    name,
    Math.max(0, ...results.filter((row) => row.contender === name).map((row) => row.ceiling)),
  ]),
);
for (const row of results)
  if (row.gflops !== undefined)
    Object.assign(row, { ceiling: ceilings[row.contender], share: row.gflops / ceilings[row.contender] });

if (options.json) for (const row of results) console.log(JSON.stringify(row));
else {
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads, ${memory} GiB, ${process.platform}, Node ${process.version}`,
  );
  for (const name of backends) console.log(`MatMul 1024³ on ${name}: ${number(ceilings[name])} GFLOP/s`);
  const heads = ['step', 'of CPU', 'GFLOP/s', 'of MatMul', '÷ PyTorch', 'TF.js ÷', 'peak memory'];
  console.log(['model'.padEnd(13), 'with'.padEnd(14), ...heads.map((head) => head.padStart(12))].join(''));
  results.forEach(printRow);
}
for (const line of absent) console.error(line);
process.exitCode = results.some((row) => backends.includes(row.contender)) ? 0 : 1;
