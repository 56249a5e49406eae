// `devices`: what this computer can train on.
import type { AdapterReport, CpuReport } from '../../../contract/jobs.js';
import { listDevices } from '../../services/devices.js';
import { defineCommand, jsonOption } from '../command.js';
import { printJson, printLine } from '../context.js';
import { exitCodes } from '../exitCode.js';

/** Those that kernels use. */
const usedFeatures = ['shader-f16', 'subgroups', 'timestamp-query'];

export const devices = defineCommand({
  summary: 'list what this computer can train on',
  details:
    'GPUs as WebGPU shows them (--json: with all limits and features) and what computes on the processor. A software\nadapter computes on the processor too: it is for tests. $DESCENT_GPU picks a GPU by a part of its name, or `software`.',
  positionals: [],
  options: { ...jsonOption },
  examples: ['devices', 'devices --json'],
  run: async (_, { json }, { out, launch, interruption }) => {
    const list = await listDevices(launch, interruption);
    if (json) {
      printJson(out, list);
      return exitCodes.ok;
    }
    for (const adapter of list.adapters) describeAdapter(adapter).forEach((line) => printLine(out, line));
    if (list.reason !== null) printLine(out, `No GPU: ${list.reason}.`);
    for (const cpu of list.cpu) printLine(out, describeCpu(cpu));
    return exitCodes.ok;
  },
});

function describeAdapter({ name, kind, vendor, architecture, driver, features, limits }: AdapterReport): string[] {
  const maker = [vendor, architecture].filter((word) => word !== '').join(' ');
  const used = usedFeatures.map((feature) => `${features.includes(feature) ? '✓' : '✗'} ${feature}`);
  return [
    `GPU  ${name} (${kind === 'unknown' ? 'kind unknown' : kind})  backend webgpu`,
    `     ${[maker, driver].filter((word) => word !== '').join(', ')}`,
    `     ${used.join('  ')}`,
    `     ${sizeOf(limits.maxStorageBufferBindingSize)} a tensor, ${limits.maxStorageBuffersPerShaderStage ?? 0} tensors a kernel, ${sizeOf(limits.maxComputeWorkgroupStorageSize)} and ${limits.maxComputeInvocationsPerWorkgroup ?? 0} threads a workgroup`,
  ];
}

function sizeOf(bytes = 0): string {
  return bytes >= 2 ** 30 ? `${Math.round(bytes / 2 ** 30)} GiB` : `${Math.round(bytes / 2 ** 10)} KiB`;
}

function describeCpu({ backend, threads, reason }: CpuReport): string {
  const state = reason === null ? `${threads} ${threads === 1 ? 'thread' : 'threads'}` : `not available: ${reason}`;
  return `CPU  backend ${backend}, ${state}`;
}
