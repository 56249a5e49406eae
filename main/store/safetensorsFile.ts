// Safetensors on disk: written atomically, read tensor by tensor into memory of its own.
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { byteSize, viewOf } from '../../engine/ir/dtype.js';
import { tensor, type Tensor } from '../../engine/ir/tensor.js';
import { diskFileSystem, writeAtomic, type FileSystem } from './atomicFile.js';
import {
  decodeHeader,
  encodeSafetensors,
  headerLength,
  type Safetensors,
  type SafetensorsHeader,
  type TensorEntry,
} from '../../engine/exporters/safetensorsFormat.js';
import { guardedAsync } from './storeError.js';

/** Metadata key of the checksum over the data: it tells a file that the disk has damaged from one that is whole. */
const checksumKey = 'crc32';

/** zlib starts anew when it is given an empty buffer, so tensors without elements are left out. */
function continueChecksum(sum: number, bytes: Uint8Array): number {
  return bytes.byteLength === 0 ? sum : crc32(bytes, sum);
}

/** @throws EngineError `store.diskFull`, `store.notWritable` */
export async function saveSafetensors(
  path: string,
  content: Safetensors,
  files: FileSystem = diskFileSystem,
): Promise<void> {
  const data = encodeSafetensors(content).slice(1);
  const checksum = data.reduce(continueChecksum, 0);
  const metadata = { ...content.metadata, [checksumKey]: checksum.toString(16).padStart(8, '0') };
  await writeAtomic(path, encodeSafetensors({ ...content, metadata }), files);
}

/**
 * Reads the whole file; a checksum, where there is one, must be right.
 * @throws EngineError `input.safetensors`, `file.notFound`
 */
export async function loadSafetensors(path: string): Promise<Safetensors> {
  return withFile(path, (handle) => readFrom(handle, `File '${path}'`));
}

/** What a file says of itself, and where its tensors lie. */
export interface SafetensorsOutline extends SafetensorsHeader {
  readonly bytes: number;
  /** Where the first tensor begins. */
  readonly start: number;
}

/** Reads the header alone; nothing is checked but that. @throws EngineError `input.safetensors`, `file.notFound` */
export async function readSafetensorsOutline(path: string): Promise<SafetensorsOutline> {
  return withFile(path, (handle) => readOutline(handle, `File '${path}'`));
}

/** Reads some tensors of a file and no others; those that are not in it are left out. The checksum is not looked at. */
export async function loadTensors(path: string, names: readonly string[]): Promise<Map<string, Tensor>> {
  return withFile(path, async (handle) => {
    const subject = `File '${path}'`;
    const { entries, start } = await readOutline(handle, subject);
    const tensors = new Map<string, Tensor>();
    for (const entry of entries) {
      if (!names.includes(entry.name)) continue;
      const bytes = await readBytes(handle, start + entry.begin, entry.end - entry.begin, subject);
      tensors.set(entry.name, tensorOfBytes(entry, bytes));
    }
    return tensors;
  });
}

function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  return guardedAsync(`File '${path}'`, async () => {
    const handle = await open(path, 'r');
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  });
}

async function readOutline(handle: FileHandle, subject: string): Promise<SafetensorsOutline> {
  const { size: bytes } = await handle.stat();
  const length = headerLength(await readBytes(handle, 0, Math.min(8, bytes), subject), bytes, subject);
  const start = 8 + length;
  const header = decodeHeader(await readBytes(handle, 8, length, subject), bytes - start, subject);
  return { ...header, bytes, start };
}

async function readFrom(handle: FileHandle, subject: string): Promise<Safetensors> {
  const { entries, metadata, start } = await readOutline(handle, subject);
  const tensors = new Map<string, Tensor>();
  let checksum = 0;
  for (const entry of entries) {
    const bytes = await readBytes(handle, start + entry.begin, entry.end - entry.begin, subject);
    checksum = continueChecksum(checksum, bytes);
    tensors.set(entry.name, tensorOfBytes(entry, bytes));
  }
  const { [checksumKey]: expected, ...rest } = metadata;
  if (expected !== undefined && parseInt(expected, 16) !== checksum)
    throw new EngineError(
      faultCodes.safetensors,
      `${subject}: its checksum must be ${expected}, but is ${checksum.toString(16)}; the file is damaged.`,
    );
  return { tensors, metadata: rest };
}

function tensorOfBytes({ dtype, shape, begin, end }: TensorEntry, bytes: Uint8Array<ArrayBuffer>): Tensor {
  return tensor(dtype, shape, viewOf(dtype, bytes.buffer, 0, (end - begin) / byteSize(dtype)));
}

async function readBytes(
  handle: FileHandle,
  position: number,
  length: number,
  subject: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let offset = 0; offset < length;) {
    // One call reads less than 2 GiB.
    const { bytesRead } = await handle.read(bytes, offset, Math.min(length - offset, 2 ** 30), position + offset);
    if (bytesRead === 0)
      throw new EngineError(faultCodes.safetensors, `${subject}: it ends early, at byte ${position + offset}.`);
    offset += bytesRead;
  }
  return bytes;
}
