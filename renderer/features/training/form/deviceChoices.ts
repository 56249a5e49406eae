// What a run can be computed by, with the names of devices, and why some of it cannot be chosen.
import type { MachineReport } from '../../../../contract/services/devices.js';
import type { TrainRequest } from '../../../../contract/training.js';
import { trainingTexts } from '../../../texts/training.js';

export interface DeviceChoice {
  readonly value: TrainRequest['backend'];
  readonly label: string;
  readonly hint: string;
  readonly disabled: boolean;
}

interface Gpu {
  readonly name: string;
  readonly software: boolean;
}

/** `windowGpu`: undefined while it is not known. A GPU is offered where the window or the main side has one. */
export function deviceChoices(
  machine: MachineReport | undefined,
  windowGpu: { readonly adapter: string; readonly software: boolean } | null | undefined,
): readonly DeviceChoice[] {
  const { backends, backendHints: hints } = trainingTexts;
  const gpu = bestOf([
    ...(windowGpu ? [{ name: windowGpu.adapter, software: windowGpu.software }] : []),
    ...(machine?.adapters ?? []).map(({ name, kind }) => ({ name, software: kind === 'software' })),
  ]);
  const refused = (backend: 'native' | 'wasm'): string | null =>
    machine?.cpu.find((report) => report.backend === backend)?.reason ?? null;
  const threads = machine?.cpu.find(({ backend }) => backend === 'native')?.threads;
  const isKnown = machine !== undefined && windowGpu !== undefined;
  return [
    { value: 'auto', label: backends.auto, hint: hints.auto, disabled: false },
    {
      value: 'native',
      label: backends.native,
      hint: refused('native') ?? (threads === undefined ? '' : hints.native(threads)),
      disabled: refused('native') !== null,
    },
    { value: 'webgpu', label: backends.webgpu, hint: hintOf(gpu, machine), disabled: isKnown && !gpu },
    { value: 'wasm', label: backends.wasm, hint: hints.wasm, disabled: false },
  ];
}

function bestOf(gpus: readonly Gpu[]): Gpu | undefined {
  return gpus.find(({ software }) => !software) ?? gpus[0];
}

function hintOf(gpu: Gpu | undefined, machine: MachineReport | undefined): string {
  const { backendHints: hints } = trainingTexts;
  if (!gpu) return machine?.reason ?? hints.noGpu;
  return gpu.software ? hints.software(gpu.name) : gpu.name;
}
