// The dependency rule catches what it is meant to catch; `npm run check` applies it to the sources themselves.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** File, its only import, and the rule that forbids it ('' when it is allowed). */
const imports: readonly [file: string, imported: string, rule: string][] = [
  ['contract/schema.ts', 'zod', ''],
  ['contract/disk.ts', 'node:fs', 'contract-node'],
  ['contract/deep.ts', '../engine/ir/graph.js', 'contract'],
  ['engine/ir/graph.ts', '../../contract/schema.js', ''],
  ['engine/ir/upward.ts', '../ops/add.js', 'engine-ir'],
  ['engine/ops/add.ts', '../ir/graph.js', ''],
  ['engine/ops/upward.ts', '../autodiff/walk.js', 'engine-onnx-ops-random'],
  ['engine/ops/runtime.ts', 'onnxruntime-node', 'engine'],
  ['engine/ops/protobuf.ts', 'onnx-buf', 'engine-protobuf'],
  ['engine/onnx/decode.ts', 'onnx-buf', ''],
  ['engine/autodiff/walk.ts', '../ops/add.js', ''],
  ['engine/layers/upward.ts', '../training/program.js', 'engine-layers-passes-autodiff-data'],
  ['engine/training/program.ts', '../autodiff/walk.js', ''],
  ['engine/training/disk.ts', 'node:fs', 'engine-node'],
  ['workers/train.ts', 'onnxruntime-web', ''],
  ['workers/webgpu/dawn.node.ts', 'webgpu', ''],
  ['workers/adapter.node.ts', 'webgpu', 'dawn'],
  ['workers/disk.ts', 'node:fs', 'workers-node'],
  ['workers/train.node.ts', 'node:fs', ''],
  ['workers/store.ts', '../main/store/files.js', 'workers'],
  ['main/store/files.ts', 'node:fs', ''],
  ['main/store/upward.ts', '../services/training.js', 'store-below-services'],
  ['main/services/training.ts', '../store/files.js', ''],
  ['main/services/database.ts', 'libsql', 'database'],
  ['main/services/worker.ts', '../../workers/train.js', 'services'],
  ['main/cli/command.ts', '../services/training.js', ''],
  ['main/cli/store.ts', '../store/files.js', 'host-cli'],
  ['main/cli/engine.ts', '../../engine/ir/graph.js', 'host-cli'],
  ['main/cli/tool.ts', 'vite', 'declared'],
  ['main/cli/missing.ts', './nothing.js', 'resolvable'],
  ['preload/bridge.ts', '../engine/ir/graph.js', 'preload'],
  ['renderer/preview.ts', '../engine/ir/graph.js', ''],
  ['renderer/training.ts', '../engine/training/program.js', 'renderer'],
  ['renderer/disk.ts', 'node:fs', 'renderer-node'],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-dependencies-'));
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'node_modules'])
    symlinkSync(join(root, name), join(folder, name));
  for (const [file, imported] of [
    ...imports,
    ['engine/ir/left.ts', './right.js'],
    ['engine/ir/right.ts', './left.js'],
  ]) {
    mkdirSync(join(folder, dirname(file!)), { recursive: true });
    writeFileSync(join(folder, file!), `import '${imported!}';\n`);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

test('The dependency rule: each folder imports only what the table allows', () => {
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout } = spawnSync(
    process.execPath,
    [
      cruise,
      `--config=${join(root, 'tests/architecture/dependencyRules.mjs')}`,
      '--output-type=json',
      ...['contract', 'engine', 'workers', 'main', 'preload', 'renderer'],
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const { violations } = (JSON.parse(stdout) as Report).summary;
  const rulesOf = (file: string) => violations.filter((fault) => fault.from === file).map((fault) => fault.rule.name);
  for (const [file, imported, rule] of imports) {
    const found = rulesOf(file);
    if (rule === '') expect(found, `${file} may import ${imported}`).toEqual([]);
    else expect(found, `${file} must not import ${imported}`).toContain(rule);
  }
  expect(rulesOf('engine/ir/left.ts')).toContain('no-cycles');
});
