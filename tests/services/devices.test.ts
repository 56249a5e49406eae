// Listing devices: from a worker's reports, and from one that a driver took down.
import { describe, expect, it } from 'vitest';
import type { AdapterReport, CpuReport } from '../../contract/jobs.js';
import { listDevices } from '../../main/services/devices.js';
import type { Launch, WorkerExit, WorkerProcess } from '../../main/services/launcher.js';
import { kindOf, nameOf, type AdapterFacts } from '../../workers/webgpu/deviceReport.js';

const cpu: CpuReport = { backend: 'native', threads: 4, reason: null };
const adapter: AdapterReport = {
  name: 'A',
  vendor: 'v',
  architecture: 'a',
  driver: 'd',
  kind: 'discrete',
  features: ['subgroups'],
  limits: { maxBufferSize: 4 },
};

/** A worker that says these messages when it is asked, and ends. */
function saying(messages: readonly unknown[], exit: WorkerExit): Launch {
  return () => {
    const listeners: ((message: unknown) => void)[] = [];
    let end: (exit: WorkerExit) => void = () => undefined;
    const exited = new Promise<WorkerExit>((resolve) => (end = resolve));
    const send: WorkerProcess['send'] = ({ type }) => {
      if (type !== 'start') return;
      messages.forEach((message) => listeners.forEach((listener) => listener(message)));
      end(exit);
    };
    return { send, exited, onMessage: (listener) => void listeners.push(listener), kill: () => undefined };
  };
}

describe('the list of devices', () => {
  const events = [
    { type: 'event', event: { type: 'cpu', cpu } },
    { type: 'event', event: { type: 'adapter', adapter } },
  ];

  it('is what the worker reports', async () => {
    const launch = saying([...events, { type: 'result', result: { reason: null } }], { code: 0, signal: null });
    expect(await listDevices(launch)).toEqual({ adapters: [adapter], cpu: [cpu], reason: null });
  });

  it('keeps the processors when a driver crashes, and says so', async () => {
    const list = await listDevices(saying(events.slice(0, 1), { code: null, signal: 'SIGSEGV' }));
    expect(list).toMatchObject({ adapters: [], cpu: [cpu] });
    expect(list.reason).toMatch(/^the driver of a GPU crashed .*SIGSEGV/);
  });

  it('fails with the worker when nothing was reported', async () => {
    const exit = { code: 1, signal: null };
    await expect(listDevices(saying([], exit))).rejects.toMatchObject({ code: 'worker.crashed' });
    const fault = { code: 'gpu.choice', message: 'DESCENT_GPU: no adapter is called so' };
    await expect(listDevices(saying([...events, { type: 'fault', fault }], exit))).rejects.toMatchObject(fault);
  });
});

describe('an adapter', () => {
  const facts = (known: Partial<AdapterFacts>): AdapterFacts => ({
    vendor: '',
    architecture: '',
    device: '',
    description: '',
    ...known,
  });

  it.each([
    ['discrete', { vendor: 'nvidia', architecture: 'hopper', device: 'NVIDIA H200' }],
    ['discrete', { vendor: 'amd', architecture: 'rdna-3', device: 'AMD Radeon RX 7900 XT' }],
    ['discrete', { vendor: 'intel', architecture: 'xe-hpg', device: 'Intel(R) Arc(tm) A770 Graphics' }],
    ['integrated', { vendor: 'intel', architecture: 'gen-12lp' }],
    ['integrated', { vendor: 'amd', architecture: 'gcn-5', device: 'AMD Radeon(TM) Graphics' }],
    ['integrated', { vendor: 'apple', architecture: 'metal-3' }],
    ['software', { vendor: 'google', architecture: 'swiftshader' }],
    ['software', { vendor: 'mesa', device: 'llvmpipe (LLVM 15.0.6, 256 bits)' }],
    ['software', { vendor: 'microsoft', device: 'Microsoft Basic Render Driver' }],
    ['software', { vendor: 'unheard-of', isFallbackAdapter: true }],
    ['unknown', { vendor: 'amd', architecture: 'rdna-2' }],
    ['unknown', {}],
  ])('is %s: %o', (kind, known) => expect(kindOf(facts(known))).toBe(kind));

  it('is called by its device, else by vendor and architecture', () => {
    expect(nameOf(facts({ vendor: 'nvidia', device: 'NVIDIA H200' }))).toBe('NVIDIA H200');
    expect(nameOf(facts({ vendor: 'nvidia', architecture: 'hopper', device: '0x2335' }))).toBe('nvidia hopper');
    expect(nameOf(facts({ architecture: 'swiftshader', device: 'SwiftShader Device (Subzero)' }))).toBe('SwiftShader');
    expect(nameOf(facts({}))).toBe('unknown GPU');
  });
});
