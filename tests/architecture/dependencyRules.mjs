// The dependency rule as dependency-cruiser rules: who may import what. Every folder has an allow-list; the rest is forbidden.

/** Inside engine, a folder may import folders of its own and of lower rank: ir ← onnx, ops, random ← … ← training. */
const ranks = [['ir'], ['onnx', 'ops', 'random'], ['layers', 'passes', 'autodiff', 'data'], ['training']];

const nodeOnly = { dependencyTypes: ['core'] };
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;
const anyPackage = '(^|/)node_modules/';

/** @returns a rule: files under `from` import nothing but what `allowed` (path patterns) names. Node's modules are apart. */
function only(name, from, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: typeof from === 'string' ? { path: from } : from,
    to: { pathNot: allowed, dependencyTypesNot: ['core'] },
  };
}

function noNode(name, from, comment) {
  return { name, comment, severity: 'error', from, to: nodeOnly };
}

const engineRules = ranks.slice(0, -1).map((folders, rank) => {
  const below = ranks.slice(0, rank + 1).flat();
  return only(
    `engine-${folders.join('-')}`,
    `^engine/(${folders.join('|')})/`,
    [`^engine/(${below.join('|')})/`, '^contract/', anyPackage],
    `engine/{${folders}} imports engine/{${below}} only: ir ← onnx, ops, random ← layers, passes, autodiff, data ← training.`,
  );
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Files do not import each other in a circle (types may: they are gone at run time).',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'Every import resolves.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      severity: 'error',
      comment: 'Shipped code imports declared dependencies only, no development ones; the window is bundled whole.',
      from: { path: '^(contract|engine|workers|main|preload)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: packages('electron', '@types'),
        dependencyTypesNot: ['type-only'],
      },
    },

    only('contract', '^contract/', ['^contract/', packages('zod')], 'contract imports zod only.'),
    noNode('contract-node', { path: '^contract/' }, 'contract runs everywhere: no Node modules.'),

    only(
      'engine',
      '^engine/',
      ['^engine/', '^contract/', packages('zod', '@bufbuild', 'onnx-buf')],
      'engine imports contract only.',
    ),
    noNode('engine-node', { path: '^engine/' }, 'engine is pure TypeScript: no Node modules.'),
    {
      name: 'engine-protobuf',
      comment: 'Protobuf stays in engine/onnx.',
      severity: 'error',
      from: { path: '^engine/', pathNot: '^engine/onnx/' },
      to: { path: packages('@bufbuild', 'onnx-buf') },
    },
    ...engineRules,

    only(
      'workers',
      '^workers/',
      ['^workers/', '^engine/', '^contract/', packages('onnxruntime-[a-z]+', 'webgpu', 'zod')],
      'workers import engine, contract, zod, onnxruntime and Dawn.',
    ),
    {
      name: 'dawn',
      comment: 'Only one module knows Dawn: all others use WebGPU as browsers have it.',
      severity: 'error',
      from: { path: '^(contract|engine|workers|main|preload|renderer)/', pathNot: '^workers/webgpu/dawn[.]node[.]ts$' },
      to: { path: packages('webgpu') },
    },
    noNode(
      'workers-node',
      { path: '^workers/', pathNot: '[.]node[.]ts$' },
      'Only *.node.ts of workers imports Node modules.',
    ),

    only(
      'services',
      '^main/(services|store)/',
      ['^main/(services|store)/', '^engine/', '^contract/', anyPackage],
      'main/services and main/store import engine and contract; workers are started through a launcher.',
    ),
    {
      name: 'services-packages',
      comment: 'No onnxruntime, window or Electron in services: those run in workers and hosts.',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: packages('onnxruntime-[a-z]+', 'vue', 'pinia') },
    },
    {
      name: 'store-below-services',
      comment: 'main/store does not know the services; only the store opens the database.',
      severity: 'error',
      from: { path: '^main/store/' },
      to: { path: '^main/services/' },
    },
    {
      name: 'database',
      comment: 'Only main/store opens the database.',
      severity: 'error',
      from: { path: '^(main|workers)/', pathNot: '^main/store/' },
      to: { path: packages('libsql') },
    },
    ...['server', 'electron'].map((host) =>
      only(
        `host-${host}`,
        `^main/${host}/`,
        [`^main/(${host}|services)/`, '^contract/', anyPackage],
        `main/${host} imports main/services and contract.`,
      ),
    ),
    only(
      'host-cli',
      '^main/cli/',
      ['^main/(cli|server|services)/', '^contract/', anyPackage],
      'main/cli imports main/services and contract, and starts main/server.',
    ),
    {
      name: 'electron',
      comment: 'Only main/electron and preload import electron.',
      severity: 'error',
      from: { pathNot: '^(main/electron|preload|tests)/' },
      to: { path: packages('electron') },
    },
    only(
      'preload',
      '^preload/',
      ['^preload/', '^contract/', packages('electron')],
      'preload imports electron and contract.',
    ),
    only(
      'renderer',
      '^renderer/',
      ['^renderer/', '^contract/', '^engine/(ir|ops|layers|passes|data|random)/', anyPackage],
      'renderer imports contract and engine/{ir,ops,layers,passes,data}.',
    ),
    noNode('renderer-node', { path: '^(renderer|preload)/' }, 'No Node modules in the window.'),
    {
      name: 'tests',
      comment: 'Nothing imports tests.',
      severity: 'error',
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^tests/golden/', '^tests/bench/peers/', '^out/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
