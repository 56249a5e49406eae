// What the export panel computes: values of forms, paths, steps, and the course of an export.
import { expect, it } from 'vitest';
import type { ExportFormats, ExportOutcome, ExportProgress } from '../../../contract/services/exports.js';
import { faultCodes } from '../../../contract/fault.js';
import { exportFormats } from '../../../main/services/exportFormats.js';
import { givenOptions, withEnding, writtenPaths } from '../../../renderer/features/exports/exportForm.js';
import {
  ExportSession,
  type ExportCalls,
  type ExportRequest,
} from '../../../renderer/features/exports/exportSessions.js';
import { shownSteps } from '../../../renderer/features/exports/exportSteps.js';
import { exportTexts } from '../../../renderer/texts/exports.js';

const formats: ExportFormats = {
  formats: exportFormats().map((format) =>
    format.type === 'pytorch' ? { ...format, reason: 'It is not ours.' } : format,
  ),
  folder: '/w/exports',
  names: { onnx: 'r1', html: 'r1', pytorch: 'model_r1', safetensors: 'r1-2', run: 'r1' },
  hasBest: false,
  checkpoint: 'last',
};

const outcome: ExportOutcome = { files: [{ path: '/w/exports/r1.onnx', bytes: 10 }], checks: [] };

function sessionWith(work: ExportCalls['export']): { session: ExportSession; asked: ExportRequest[] } {
  const asked: ExportRequest[] = [];
  const calls: ExportCalls = {
    formats: () => Promise.resolve(formats),
    export: (request, options) => {
      asked.push(request);
      return work(request, options);
    },
  };
  return { session: new ExportSession('r1', calls), asked };
}

const onnx = formats.formats.find(({ type }) => type === 'onnx')!;

it('Options that have their default, are blank or left out are not sent', () => {
  const values = { precision: 'float16', preprocessing: false, opset: 21, batch: null };
  expect(givenOptions(onnx, values)).toEqual({ precision: 'float16' });
  expect(givenOptions(onnx, { ...values, batch: 8, opset: 17, preprocessing: true })).toEqual({
    precision: 'float16',
    preprocessing: true,
    opset: 17,
    batch: 8,
  });
  const html = formats.formats.find(({ type }) => type === 'html')!;
  expect(givenOptions(html, { precision: 'float32', title: '  ', examples: false })).toEqual({ examples: false });
});

it('Paths get the format’s ending, and every file beside it is known', () => {
  const pytorch = formats.formats.find(({ type }) => type === 'pytorch')!;
  expect(withEnding(pytorch, '/a/b.c')).toBe('/a/b.c.py');
  expect(writtenPaths(pytorch, '/a/b.py')).toEqual(['/a/b.py', '/a/b.safetensors']);
  expect(
    writtenPaths(
      formats.formats.find(({ type }) => type === 'run')!,
      '/a/b',
    ),
  ).toEqual([]);
});

it('A session starts with the first format that the run can be written in, and knows its path', async () => {
  const { session } = sessionWith(() => Promise.resolve(outcome));
  await session.load();
  expect(session.format?.type).toBe('onnx');
  expect(session.path).toBe('/w/exports/r1.onnx');
  session.choosePath('/home/me/digits');
  expect(session.path).toBe('/home/me/digits.onnx');
  session.state.type = 'run';
  expect(session.path).toBe('/w/exports/r1');
  session.state.type = 'onnx';
  session.forgetPath();
  expect(session.path).toBe('/w/exports/r1.onnx');
});

it('A place that was chosen is replaced; the workspace’s own gets a free name from the service', async () => {
  const { session, asked } = sessionWith(() => Promise.resolve(outcome));
  await session.load();
  await session.start();
  session.choosePath('/home/me/digits.onnx');
  session.state.checkpoint = 'best';
  await session.start();
  expect(asked).toEqual([
    { run: 'r1', format: 'onnx', options: {} },
    { run: 'r1', format: 'onnx', options: {}, checkpoint: 'best', path: '/home/me/digits.onnx', replace: true },
  ]);
  expect(session.state.finished).toHaveLength(2);
  expect(session.state.isWorking).toBe(false);
});

it('A failure is kept as a fault, a cancellation is not one', async () => {
  const fail = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }));
  const failing = sessionWith(fail('export.differs')).session;
  await failing.load();
  await failing.start();
  expect(failing.state.fault).toMatchObject({ code: 'export.differs' });
  const { session } = sessionWith(
    (_request, options) =>
      new Promise((_resolve, reject) =>
        options!.signal!.addEventListener('abort', () => void fail(faultCodes.cancelled)().catch(reject)),
      ),
  );
  await session.load();
  const running = session.start();
  session.cancel();
  await running;
  expect(session.state).toMatchObject({ fault: undefined, wasCancelled: true, isWorking: false });
});

it('Steps: those before the present one are done, comparing tells on how many examples', () => {
  const states = (progress?: ExportProgress) => shownSteps(onnx, progress).map(({ state }) => state);
  expect(states()).toEqual(['now', 'next', 'next', 'next', 'next']);
  expect(states({ step: 'reloading' })).toEqual(['done', 'done', 'now', 'next', 'next']);
  expect(shownSteps(onnx, { step: 'comparing', examples: 64 })[3]!.text).toMatch(/on 64 held-out examples/);
});

it('Checks say what was compared and what was not', () => {
  const compared = {
    kind: 'compared',
    examples: 64,
    largestDifference: 2.4e-6,
    tolerance: 1e-4,
    decisions: 64,
    changedDecisions: 0,
  } as const;
  expect(exportTexts.checkTitle(compared)).toBe('Numerically checked');
  expect(exportTexts.checkText(compared)).toMatch(/largest difference is 2\.4·10⁻⁶, 1\.0·10⁻⁴ is accepted/);
  const matched = { kind: 'matched', tensors: 12, numbers: 1000 } as const;
  expect(exportTexts.checkTitle(matched)).toBe('Checked for names and shapes');
  expect(exportTexts.checkText(matched)).toMatch(/PyTorch itself was not run/);
});
