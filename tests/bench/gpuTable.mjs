// The benchmark on WebGPU: our steps, onnxruntime-web's and those of the peers, on one adapter in one run; prints one table.
// Runs in the repository (`npm run bench -- --backend webgpu`) and, packed by gpuMachine.mjs, on a bare machine.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const peers = join(root, 'tests/bench/peers');
const python = process.env.PYTHON ?? 'python3';

/** Examples of a step, and as many as an adapter that is emulated by the processor gets. */
const batches = {
  mlp: { whole: 64, software: 32 },
  lenet: { whole: 64, software: 8 },
  resnet20: { whole: 32, software: 4 },
  lstm: { whole: 32, software: 8 },
  transformer: { whole: 16, software: 2 },
};

export const gpuBenchUsage = `npm run bench -- --backend webgpu [--json] [--model NAME]… [--rounds 5] [--seconds 0.5] [--batch whole|software]
                            [--without jax-js|tensorflow.js|pytorch|onnxruntime]… [--profile N] [--patience 300]

Every contender is a process that stays; they take turns with short blocks of steps, and ratios are of blocks that follow
each other. An emulated adapter gets smaller batches (--batch whole: not). --profile: rows of each model's profile (12).
--patience: seconds that a contender may take for its first step.`;

/** A contender's process: lines of JSON out, one for each line in. */
class Contender {
  constructor(name, command, args, patience) {
    this.name = name;
    this.blocks = [];
    this.child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
    this.errors = '';
    this.child.stderr.on('data', (chunk) => (this.errors += chunk));
    this.child.on('error', (error) => (this.errors += error.message));
    this.child.stdin.on('error', () => undefined);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.patience = patience * 1000;
  }

  /** The next line that is an object; undefined when it ended, or was ended because it took too long. */
  async next() {
    const timer = setTimeout(() => this.fail(`it took longer than ${this.patience / 1000} s`), this.patience);
    try {
      for (let { value, done } = await this.lines.next(); !done; { value, done } = await this.lines.next())
        if (value.startsWith('{')) return JSON.parse(value);
      return this.fail('it ended');
    } finally {
      clearTimeout(timer);
    }
  }

  ask(line) {
    if (this.failed) return undefined;
    this.child.stdin.write(`${line}\n`);
    return this.next();
  }

  fail(how) {
    this.failed ??= `${how}${this.errors ? `: ${this.errors.trim().split('\n').slice(-12).join('\n  ')}` : ''}`;
    this.end();
    return undefined;
  }

  end() {
    this.child.kill('SIGKILL');
  }
}

function importsTorch() {
  const test = 'import torch, sys; sys.exit(0 if torch.cuda.is_available() else 3)';
  return spawnSync(python, ['-c', test], { stdio: 'ignore' }).status;
}

/** Who can take part, and why others cannot. */
function participants(without) {
  const ours = (way) => (model, batch) => [
    process.execPath,
    [join(root, 'out/main/benchGpu.node.js'), model, batch, way],
  ];
  const peer = (script) => (model, batch) => [process.execPath, [join(peers, script), model, batch]];
  const all = [
    { name: 'descent', start: ours('kernels') },
    { name: 'jax-js', start: peer('jaxStep.mjs'), needs: 'node_modules/@jax-js/jax' },
    {
      name: 'tensorflow.js',
      start: peer('tensorflowGpuStep.mjs'),
      needs: 'node_modules/@tensorflow/tfjs-backend-webgpu',
    },
    { name: 'onnxruntime, recorded', start: ours('recorded'), group: 'onnxruntime' },
    { name: 'onnxruntime', start: ours('ordinary'), group: 'onnxruntime' },
  ];
  const absent = [];
  const present = all.filter(({ name, group, needs }) => {
    if (without.includes(group ?? name)) return false;
    if (!needs || existsSync(join(peers, needs))) return true;
    absent.push(`${name} is absent: \`npm run bench -- --backend webgpu --peers\` installs it.`);
    return false;
  });
  if (without.includes('pytorch')) return { present, absent };
  const torch = importsTorch();
  if (torch === 0)
    present.push({
      name: 'pytorch',
      start: (model, batch) => [python, [join(peers, 'torch_gpu_step.py'), model, batch]],
    });
  else
    absent.push(
      torch === 3
        ? 'PyTorch is absent: it finds no CUDA device here.'
        : `PyTorch is absent: ${python} cannot import torch (set PYTHON to one that can).`,
    );
  return { present, absent };
}

const running = new Set();

async function measureModel(model, batch, present, options) {
  const contenders = [];
  for (const { name, start } of present) {
    const [command, args] = start(model, String(batch));
    const contender = new Contender(name, command, args, options.patience);
    running.add(contender);
    contenders.push(contender);
    contender.about = await contender.next();
  }
  for (let round = 0; round < options.rounds; round++)
    for (const contender of contenders) {
      const block = await contender.ask(options.seconds);
      if (block) contender.blocks.push(block);
    }
  const rows = [];
  for (const contender of contenders) rows.push(await describe(contender, contenders, model, batch));
  for (const contender of contenders) {
    contender.end();
    running.delete(contender);
  }
  return rows;
}

const median = (values) => [...values].sort((left, right) => left - right)[values.length >> 1];

/** Another's time over ours: the median over rounds, whose blocks follow each other. */
function ratio(own, other, field) {
  const rounds = Math.min(own.blocks.length, other.blocks.length);
  if (rounds === 0) return undefined;
  return median(Array.from({ length: rounds }, (_, round) => own.blocks[round][field] / other.blocks[round][field]));
}

async function describe(contender, all, model, batch) {
  const { name, blocks, about, failed } = contender;
  const row = { model, batch, contender: name };
  if (failed || blocks.length === 0) return { ...row, failed: failed ?? 'it was not measured' };
  const own = name === 'descent' || name.startsWith('onnxruntime');
  const against = (other, field) => {
    const found = all.find((candidate) => candidate.name === other);
    return found && found !== contender ? ratio(contender, found, field) : undefined;
  };
  return {
    ...row,
    milliseconds: median(blocks.map(({ milliseconds }) => milliseconds)),
    best: Math.min(...blocks.map(({ milliseconds }) => milliseconds)),
    cpuMilliseconds: median(blocks.map(({ cpuMilliseconds }) => cpuMilliseconds)),
    firstStep: about.firstStep,
    peakBytes: Math.max(...blocks.map(({ peakBytes }) => peakBytes)),
    adapter: about.adapter,
    version: about.version,
    ...(own && {
      dispatches: about.dispatches,
      gpuBytes: about.gpuBytes,
      sessionNodes: about.sessionNodes,
      notes: about.notes,
      handOver: (await contender.ask('hand over'))?.handOver,
      timesJax: against('jax-js', 'milliseconds'),
      timesJaxCpu: against('jax-js', 'cpuMilliseconds'),
      timesTensorflow: against('tensorflow.js', 'milliseconds'),
      timesTensorflowCpu: against('tensorflow.js', 'cpuMilliseconds'),
      timesPytorch: against('pytorch', 'milliseconds'),
    }),
    ...(name === 'descent' && { profile: (await contender.ask('profile'))?.profile }),
  };
}

const number = (value, digits = 3) =>
  value === undefined ? '' : value >= 1000 ? value.toFixed(0) : value.toPrecision(digits);
const unit = (value, name) => (value === undefined ? '' : `${number(value)} ${name}`);
const mebibytes = (bytes) => (bytes === undefined ? '' : `${Math.round(bytes / 2 ** 20)} MiB`);

function printTable(rows, software) {
  const heads = ['step', 'of CPU', 'hand over', 'dispatches', 'GPU memory', '÷ jax-js', '÷ TF.js', '÷ PyTorch'];
  console.log(['model, batch'.padEnd(18), 'with'.padEnd(23), ...heads.map((head) => head.padStart(11))].join(''));
  for (const row of rows) {
    const first = `${row.model}, ${row.batch}`.padEnd(18) + row.contender.padEnd(23);
    if (row.failed) {
      console.log(`${first}failed: ${row.failed.split('\n')[0]}`);
      continue;
    }
    const cells = [
      unit(row.milliseconds, 'ms'),
      unit(row.cpuMilliseconds, 'ms'),
      unit(row.handOver, 'ms'),
      row.dispatches || '',
      mebibytes(row.gpuBytes),
      row.timesJax?.toFixed(2) ?? '',
      row.timesTensorflow?.toFixed(2) ?? '',
      row.timesPytorch?.toFixed(2) ?? '',
    ];
    console.log(first + cells.map((cell) => String(cell).padStart(11)).join(''));
  }
  if (software) printCpuRatios(rows);
}

/** On an emulated adapter all work is the processor's: its time says more than the clock's where other work disturbs. */
function printCpuRatios(rows) {
  const cells = rows
    .filter(({ contender, failed, timesJaxCpu }) => contender === 'descent' && !failed && timesJaxCpu !== undefined)
    .map(
      ({ model, timesJaxCpu, timesTensorflowCpu }) =>
        `${model} ${timesJaxCpu.toFixed(2)}${timesTensorflowCpu === undefined ? '' : ` (${timesTensorflowCpu.toFixed(2)})`}`,
    );
  if (cells.length > 0) console.log(`\nProcessor time ÷ jax-js (÷ TensorFlow.js): ${cells.join(' · ')}`);
}

function printProfile({ model, batch, profile, milliseconds }, limit) {
  const total = profile.reduce((sum, row) => sum + row.milliseconds, 0);
  console.log(
    `\nProfile of ${model}, batch ${batch}: ${profile.length} kernels, ${number(total)} ms of a step of ${number(milliseconds)} ms`,
  );
  const sorted = [...profile].sort((left, right) => right.milliseconds - left.milliseconds);
  for (const row of sorted.slice(0, limit)) {
    const share = `${((100 * row.milliseconds) / (total || 1)).toFixed(1)} %`;
    const rates = `${row.gflopsPerSecond.toFixed(2).padStart(10)} GFLOP/s${row.gigabytesPerSecond.toFixed(2).padStart(9)} GB/s`;
    console.log(
      `${row.milliseconds.toFixed(3).padStart(11)} ms${share.padStart(8)}${rates}  ${row.label.slice(0, 90)}`,
    );
  }
  if (sorted.length > limit) console.log(`            … and ${sorted.length - limit} more`);
}

/** What the goals ask of the replay of ResNet-20's whole graph by onnxruntime. */
function printReplayGoal(rows) {
  const find = (contender) =>
    rows.find((row) => row.model === 'resnet20' && row.contender === contender && !row.failed);
  const [kernels, recorded, ordinary] = ['descent', 'onnxruntime, recorded', 'onnxruntime'].map(find);
  if (!ordinary) return;
  const says = (row) =>
    `${number(row.handOver)} ms (${(row.handOver / ordinary.handOver).toFixed(3)} of an ordinary run)`;
  console.log(
    `\nResNet-20, processor time of a step without the GPU's work (goal: at most 1.5 ms and 0.1 of an ordinary run's):`,
  );
  if (kernels) console.log(`  our kernels ${says(kernels)}`);
  if (recorded) console.log(`  onnxruntime's step, recorded ${says(recorded)}`);
  console.log(`  onnxruntime's step, run ${number(ordinary.handOver)} ms`);
}

function adapterReport() {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'out/main/benchGpu.node.js')], {
    cwd: root,
    encoding: 'utf8',
  });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (!line) throw new Error(`there is no adapter to measure on: ${stderr.trim()}`);
  return JSON.parse(line);
}

/** @returns whether our own steps were measured */
export async function benchGpu(args) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      model: { type: 'string', multiple: true, default: Object.keys(batches) },
      without: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '0.5' },
      batch: { type: 'string' },
      profile: { type: 'string', default: '12' },
      patience: { type: 'string', default: '300' },
      backend: { type: 'string' },
      peers: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(gpuBenchUsage);
    return true;
  }
  endWithSignals();
  const adapter = adapterReport();
  const software = adapter.kind === 'software';
  const { present, absent } = participants(values.without);
  const options = { rounds: Number(values.rounds), seconds: Number(values.seconds), patience: Number(values.patience) };
  const sizes = values.batch ?? (software ? 'software' : 'whole');
  const rows = [];
  for (const model of values.model) {
    const measured = await measureModel(model, batches[model][sizes] ?? Number(sizes), present, options);
    rows.push(...measured);
    for (const { contender, failed } of measured) if (failed) console.error(`${model}, ${contender}: ${failed}`);
    if (values.json) for (const row of measured) console.log(JSON.stringify(row));
    else console.error(`… ${model}`);
  }
  if (!values.json) printAll(rows, adapter, software, Number(values.profile));
  for (const line of absent) console.error(line);
  return rows.some(({ contender, failed }) => contender === 'descent' && !failed);
}

function printAll(rows, adapter, software, profileRows) {
  const memory = Math.round(totalmem() / 2 ** 30);
  const { name, kind, driver } = adapter;
  console.log(`Adapter: ${name} (${kind}; ${driver})`);
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, ${memory} GiB, ${process.platform}, Node ${process.version}\n`,
  );
  printTable(rows, software);
  printReplayGoal(rows);
  for (const row of rows) if (row.profile && profileRows > 0) printProfile(row, profileRows);
}

/** Contenders do not outlive us. */
function endWithSignals() {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      for (const contender of running) contender.end();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = (await benchGpu(process.argv.slice(2))) ? 0 : 1;
