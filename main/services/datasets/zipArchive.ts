// ZIP archives read entry by entry from disk, without trust in what they say: names, sizes and ratios have bounds, and nothing is
// ever unpacked to a file. APPNOTE.TXT 6.3: the central directory at the end lists entries of 46 bytes and more.
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, inflateRaw } from 'node:zlib';
import { dataFault } from './readBounded.js';

const inflate = promisify(inflateRaw);

export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  /** Unpacked bytes, as the directory says. */
  readonly size: number;
  readonly packedSize: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Of its local header. */
  readonly offset: number;
}

const mostEntries = 5_000_000;
const mostDirectory = 1 << 30;
/** More than deflate can reach on real data: a bomb. */
const mostRatio = 1100;
const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locatorSignature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

export class ZipArchive {
  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly length: number,
    readonly entries: readonly ZipEntry[],
  ) {}

  /** Reads the directory; to be closed. @throws EngineError `data.zip`, `file.notFound` */
  static async open(file: string): Promise<ZipArchive> {
    const handle = await open(file).catch((error: unknown) => {
      throw dataFault('unreadable', file, `the file cannot be opened (${String((error as { code?: unknown }).code)})`);
    });
    try {
      const { size } = await handle.stat();
      return new ZipArchive(file, handle, size, await readDirectory(file, handle, size));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  /** The content of an entry of at most `limit` bytes. @throws EngineError `data.zip` */
  async read({ name, size, packedSize, method, isEncrypted, offset }: ZipEntry, limit: number): Promise<Uint8Array> {
    const fault = (text: string) => dataFault('zip', this.file, `entry '${name}': ${text}`);
    if (isEncrypted) throw fault('is encrypted; pack it without a password');
    if (size > limit) throw fault(`must be at most ${limit} bytes, got ${size}`);
    if (method !== 0 && method !== 8) throw fault(`packing method ${method} is not read; pack it with deflate`);
    if (size > packedSize * mostRatio + 1024) throw fault(`${packedSize} bytes cannot become ${size}`);
    const header = await this.bytes(offset, 30);
    const view = new DataView(header.buffer);
    if (view.getUint32(0, true) !== localSignature) throw fault('its header is not where the directory says');
    const start = offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
    if (start + packedSize > this.length) throw fault('reaches beyond the end of the file; is the archive cut off?');
    const packed = await this.bytes(start, packedSize);
    if (method === 0) return packed;
    try {
      const content = await inflate(packed, { maxOutputLength: Math.max(1, size) });
      if (content.length !== size) throw new Error(`${content.length} bytes instead of ${size}`);
      return new Uint8Array(content.buffer, content.byteOffset, content.length);
    } catch (error) {
      throw fault(`cannot be unpacked (${error instanceof Error ? error.message : 'unknown'})`);
    }
  }

  /** The first bytes of an entry, about as many as asked for. @throws EngineError `data.zip` */
  async head(entry: ZipEntry, length: number): Promise<Uint8Array> {
    const header = new DataView((await this.bytes(entry.offset, 30)).buffer);
    const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
    const packed = await this.bytes(start, Math.min(entry.packedSize, length, Math.max(0, this.length - start)));
    if (entry.method === 0) return packed;
    return inflate(packed, { finishFlush: constants.Z_SYNC_FLUSH }).catch((error: unknown) => {
      throw dataFault('zip', this.file, `entry '${entry.name}': cannot be unpacked (${String(error)})`);
    });
  }

  private async bytes(position: number, length: number): Promise<Uint8Array> {
    return readAt(this.file, this.handle, position, length);
  }
}

async function readAt(file: string, handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw dataFault('zip', file, 'the archive is cut off');
    done += bytesRead;
  }
  return bytes;
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

async function readDirectory(file: string, handle: FileHandle, length: number): Promise<ZipEntry[]> {
  const { count, size, offset } = await findDirectory(file, handle, length);
  if (count > mostEntries || size > mostDirectory || offset + size > length)
    throw dataFault(
      'zip',
      file,
      `its directory of ${count} entries in ${size} bytes does not fit; is the archive cut off?`,
    );
  const bytes = await readAt(file, handle, offset, size);
  const view = new DataView(bytes.buffer);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + 46 > size || view.getUint32(at, true) !== entrySignature)
      throw dataFault('zip', file, `its directory is damaged at entry ${entries.length + 1} of ${count}`);
    const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [number, number, number];
    const end = at + 46 + lengths[0] + lengths[1] + lengths[2];
    if (end > size) throw dataFault('zip', file, `its directory is damaged at entry ${entries.length + 1} of ${count}`);
    entries.push(entryAt(view, bytes, at, lengths));
    at = end;
  }
  return entries;
}

const latin = new TextDecoder('windows-1252');
const utf8 = new TextDecoder();

function entryAt(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  [nameLength, extraLength]: readonly number[],
): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const raw = bytes.subarray(at + 46, at + 46 + nameLength!);
  const wide = wideSizes(view, at, at + 46 + nameLength!, extraLength!);
  return {
    name: ((flags & 0x800) !== 0 ? utf8 : latin).decode(raw).replaceAll('\\', '/'),
    isEncrypted: (flags & 1) !== 0,
    method: view.getUint16(at + 10, true),
    ...wide,
  };
}

/** Zip64: what is all ones in the entry stands in its extra field 1, in this order. */
function wideSizes(
  view: DataView,
  entry: number,
  extra: number,
  length: number,
): Pick<ZipEntry, 'size' | 'packedSize' | 'offset'> {
  const values = [24, 20, 42].map((place) => view.getUint32(entry + place, true));
  for (let at = extra; at + 4 <= extra + length;) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let from = at + 4;
      for (const [index, value] of values.entries())
        if (value === 0xffffffff && from + 8 <= Math.min(at + 4 + size, extra + length)) {
          values[index] = Number(view.getBigUint64(from, true));
          from += 8;
        }
    }
    at += 4 + size;
  }
  return { size: values[0]!, packedSize: values[1]!, offset: values[2]! };
}

/** The last record of the file, behind which there is at most a comment of 65,535 bytes. */
async function findDirectory(file: string, handle: FileHandle, length: number): Promise<Directory> {
  const tail = Math.min(length, 65_557);
  const bytes = await readAt(file, handle, length - tail, tail);
  const view = new DataView(bytes.buffer);
  for (let at = tail - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== endSignature) continue;
    const short = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const needsWide = short.count === 0xffff || short.size === 0xffffffff || short.offset === 0xffffffff;
    if (!needsWide || at < 20 || view.getUint32(at - 20, true) !== locatorSignature) return short;
    const wideAt = Number(view.getBigUint64(at - 20 + 8, true));
    if (wideAt + 56 > length) break;
    const wide = new DataView((await readAt(file, handle, wideAt, 56)).buffer);
    if (wide.getUint32(0, true) !== end64Signature) break;
    const big = (place: number) => Number(wide.getBigUint64(place, true));
    return { count: big(32), size: big(40), offset: big(48) };
  }
  throw dataFault('zip', file, 'is no whole ZIP archive: its directory is missing; is it cut off?');
}
