// The command line as a program is: arguments, exit codes, help and JSON, without a training.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandContext, Terminal } from '../../main/cli/context.js';
import { ProgressBar } from '../../main/cli/progressBar.js';
import { runCommandLine } from '../../main/cli/runCommandLine.js';
import { commandTable } from '../../main/cli/commands/index.js';
import { openWorkspace } from '../../main/store/workspace.js';
import { newRun } from '../services/store/newRun.js';
import { temporaryFolder } from '../services/store/temporaryFolder.js';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function descent(workspace: string, ...args: string[]): Promise<Outcome> {
  const text = { out: '', err: '' };
  const terminal = (name: 'out' | 'err'): Terminal => ({ write: (part: string) => (text[name] += part) });
  const context: CommandContext = {
    out: terminal('out'),
    err: terminal('err'),
    launch: () => {
      throw new Error('no worker is to be started here');
    },
    environment: { DESCENT_WORKSPACE: workspace },
    interruption: new AbortController().signal,
  };
  return { code: await runCommandLine(args, context), ...text };
}

test('Help: of the whole names every command and exit code; of each command its arguments', async () => {
  const general = await descent('', '--help');
  expect(general.code).toBe(0);
  for (const name of Object.keys(commandTable)) {
    expect(general.out).toContain(`  ${name} `);
    const { code, out } = await descent('', name, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: descent ${name}.*\\[options\\]\\n`));
  }
  for (const code of [0, 1, 2, 3, 4, 5, 130]) expect(general.out).toMatch(new RegExp(`^  ${code} `, 'm'));
});

test.each([
  ['no command', [], ''],
  ['an unknown command', ['frobnicate'], "'frobnicate' is no command"],
  ['a missing argument', ['train'], '<example|spec.json> is missing'],
  ['one argument too many', ['show', 'a', 'b'], "unexpected argument 'b'"],
  ['an unknown option', ['runs', '--colour'], "'--colour'"],
  ['a number that is none', ['train', 'digits', '--lr', 'fast'], "--lr must be a number of at least 0, not 'fast'"],
  ['a fraction for a whole number', ['train', 'digits', '--batch', '1.5'], '--batch must be a whole number'],
  ['a choice that is none', ['train', 'digits', '--backend', 'abacus'], '--backend must be one of auto, native, wasm'],
  ['a specification without data', ['train', 'model.json'], 'needs --data'],
])('Usage: %s ends with exit code 2', async (_, args, message) => {
  const { code, err } = await descent(join(temporaryFolder(), 'w'), ...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('Workspace: a missing one is reported, not made', async () => {
  const folder = join(temporaryFolder(), 'w');
  const { code, err } = await descent(folder, 'runs');
  expect(code).toBe(4);
  expect(err).toContain('there is none');
  expect(existsSync(folder)).toBe(false);
});

test('Runs and show: as JSON, one object a line; a missing run is exit code 4 and a JSON fault', async () => {
  const folder = join(temporaryFolder(), 'w');
  const workspace = openWorkspace(folder, { create: true });
  const first = workspace.runs.create(newRun);
  const second = workspace.runs.create({ ...newRun, name: 'letters' });
  workspace.runs.update(second, { step: 5, totalSteps: 10, metrics: { test_accuracy: 0.5 } });
  workspace.runs.setStatus(second, 'finished');
  workspace.close();
  const runs = (await descent(folder, 'runs', '--json')).out.trim().split('\n');
  expect(runs.map((line) => (JSON.parse(line) as { run: string }).run).sort()).toEqual([first, second].sort());
  expect(JSON.parse((await descent(folder, 'runs', '--status', 'finished', '--json')).out)).toMatchObject({
    run: second,
    status: 'finished',
    metrics: { test_accuracy: 0.5 },
  });
  expect((await descent(folder, 'runs')).out).toContain('test_accuracy 0.5');
  expect((await descent(folder, 'show', second.slice(-4))).out).toContain(second);
  const missing = await descent(folder, 'show', 'zzzz', '--json');
  expect(missing.code).toBe(4);
  expect(JSON.parse(missing.out)).toMatchObject({ status: 'failed', code: 'run.notFound' });
});

test('Export and import: a whole run goes to another workspace', async () => {
  const folder = temporaryFolder();
  const workspace = openWorkspace(join(folder, 'a'), { create: true });
  const run = workspace.runs.create(newRun);
  workspace.runs.setStatus(run, 'interrupted');
  workspace.close();
  const carried = join(folder, 'carried');
  expect((await descent(join(folder, 'a'), 'export', run, '--format', 'run', '--out', carried)).code).toBe(0);
  expect((await descent(join(folder, 'b'), 'import', carried)).code).toBe(0);
  expect((await descent(join(folder, 'b'), 'runs')).out).toContain(run);
});

test('Progress: a terminal gets one line that is rewritten at most ten times a second, with the time left', () => {
  let text = '';
  let time = 0;
  const bar = new ProgressBar({ write: (part) => (text += part), isTTY: true, columns: 100 }, () => time);
  for (let step = 0; step <= 50; step++, time += 20)
    bar.update({ done: step, total: 100, label: 'epoch 1/2', detail: '10 examples/s' });
  expect(text.split('\r').length - 1).toBe(11);
  expect(text).toContain('50 %  10 examples/s  1 s left');
  expect(text).not.toContain('\n');
});

test('Progress: without a terminal short runs stay silent', () => {
  let text = '';
  let time = 0;
  const bar = new ProgressBar({ write: (part) => (text += part) }, () => time);
  for (let step = 0; step < 9; step++, time += 1000)
    bar.update({ done: step, total: 100, label: 'epoch 1/2', detail: '' });
  expect(text).toBe('');
  for (let step = 9; step < 30; step++, time += 1000)
    bar.update({ done: step, total: 100, label: 'epoch 1/2', detail: '' });
  expect(text.trim().split('\n')).toHaveLength(2);
});
