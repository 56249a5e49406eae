// ZIP archives and files of unknown kind that come from anywhere: read or refused in words, whatever is in them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { layOutImages } from '../../../main/services/datasets/imageSource.js';
import { previewImport } from '../../../main/services/datasets/previewImport.js';
import { ZipArchive } from '../../../main/services/datasets/zipArchive.js';
import { temporaryFolder } from '../store/temporaryFolder.js';

const folder = temporaryFolder;

function fileOf(content: Uint8Array, name = 'a.zip'): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

async function contentsOf(path: string): Promise<Record<string, string>> {
  const archive = await ZipArchive.open(path);
  try {
    const found: Record<string, string> = {};
    for (const entry of archive.entries)
      found[entry.name] = new TextDecoder().decode(await archive.read(entry, 1 << 20));
    return found;
  } finally {
    await archive.close();
  }
}

const text = (content: string) => new TextEncoder().encode(content);
const whole = zipSync({
  'a/1.txt': text('one'.repeat(100)),
  'b/ü.txt': [text('two'), { level: 0 }],
  'c.txt': text(''),
});

/** The archive with bytes of its first local or central record changed. */
function changed(at: number, bytes: readonly number[], content = whole): Uint8Array {
  const copy = content.slice();
  copy.set(bytes, at < 0 ? copy.length + at : at);
  return copy;
}

describe('An archive', () => {
  it('gives its entries, packed or not, whatever follows it', async () => {
    const expected = { 'a/1.txt': 'one'.repeat(100), 'b/ü.txt': 'two', 'c.txt': '' };
    expect(await contentsOf(fileOf(whole))).toEqual(expected);
    const withComment = new Uint8Array([...changed(-2, [5, 0]), ...text('hello')]);
    expect(await contentsOf(fileOf(withComment))).toEqual(expected);
  });

  it('that unpacks to more than it says, or than is allowed, is refused before it takes memory', async () => {
    const bomb = zipSync({ 'a.png': new Uint8Array(1 << 24) });
    const view = new DataView(bomb.buffer);
    const central = view.getUint32(bomb.length - 6, true);
    view.setUint32(central + 24, 100, true);
    await expect(contentsOf(fileOf(bomb))).rejects.toThrow(/cannot be unpacked/);
    view.setUint32(central + 24, 0x7fffffff, true);
    await expect(contentsOf(fileOf(bomb))).rejects.toThrow(/must be at most 1048576 bytes/);
    const packed = deflateRawSync(new Uint8Array(1 << 16));
    expect(packed.length).toBeLessThan(1000);
  });

  it('that lies about anything is read or refused, never more', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.option(fc.nat(whole.length)),
        async (changes, cut) => {
          const bytes = whole.slice(0, cut ?? whole.length);
          for (const [at, value] of changes) bytes[at] = value;
          await contentsOf(fileOf(bytes)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(EngineError);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('A tree of images', () => {
  it.each<[string, string[], string[], number[]]>([
    ['classes', ['b/1.png', 'a/2.png', 'a/1.png'], ['a', 'b'], [0, 0, 1]],
    ['one folder around classes', ['x/b/1.png', 'x/a/1.png'], ['a', 'b'], [0, 1]],
    ['folders inside of classes', ['a/left/1.png', 'a/2.png', 'b/1.png'], ['a', 'b'], [0, 0, 1]],
    ['names that lead out', ['../../etc/1.png', '../../etc/2.png'], [], []],
  ])('with %s', (_, paths, classes, labels) => {
    const tree = layOutImages(paths);
    if (classes.length > 0) {
      expect(tree.classes).toEqual(classes);
      expect(tree.images.map(({ label }) => label)).toEqual(labels);
    }
    expect(tree.hasParts).toBe(false);
  });
});

describe('A file of any kind', () => {
  it.each(['a.csv', 'a.json', 'a.npy', 'a.npz', 'a.parquet', 'a.txt', 'a'])(
    'called %s is looked at or refused',
    async (name) => {
      const starts = [
        '',
        'a,b\n',
        '{"a":',
        '[{',
        'PAR1',
        '\u0093NUMPY\u0001\u0000',
        'PK\u0003\u0004',
        '\u001f\u008b\u0008',
      ];
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), async (start, rest) => {
          const bytes = new Uint8Array(Buffer.concat([Buffer.from(start, 'latin1'), rest]));
          await previewImport(fileOf(bytes, name), {}, { workspace: folder() }).catch((error: unknown) => {
            expect(error).toBeInstanceOf(EngineError);
          });
        }),
        { numRuns: 25 },
      );
    },
  );
});
