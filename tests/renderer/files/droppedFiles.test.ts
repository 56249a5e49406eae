// Files dropped on the window: folders are walked through, litter is left out, pieces arrive in order, faults clean up.
import { describe, expect, it } from 'vitest';
import { collectFiles, droppedPath, importRoot, type DroppedEntry } from '../../../renderer/files/droppedFiles.js';
import { pieceBytes, uploadFiles } from '../../../renderer/files/uploadFiles.js';

const file = (name: string, bytes = 3): DroppedEntry => ({
  name,
  isFile: true,
  isDirectory: false,
  file: (found) => found(new File([new Uint8Array(bytes).fill(7)], name)),
});

/** Gives its entries a few at a time, as browsers do. */
const folder = (name: string, entries: readonly DroppedEntry[]): DroppedEntry => ({
  name,
  isFile: false,
  isDirectory: true,
  createReader: () => {
    let at = 0;
    return {
      readEntries: (found) => {
        found(entries.slice(at, at + 2));
        at += 2;
      },
    };
  },
});

const pets = folder('pets', [
  folder('cat', [file('1.png'), file('2.png'), file('3.png'), file('.DS_Store')]),
  folder('dog', [file('1.png')]),
  folder('__MACOSX', [file('1.png')]),
]);

describe('dropped files', () => {
  it('are found in all folders, with their paths and without litter', async () => {
    const names = (await collectFiles([pets])).map(({ name }) => name);
    expect(names).toEqual(['pets/cat/1.png', 'pets/cat/2.png', 'pets/cat/3.png', 'pets/dog/1.png']);
  });

  it('are imported as the one file or folder, or as the folder of all', () => {
    expect(importRoot(['pets/cat/1.png', 'pets/dog/1.png'])).toBe('pets');
    expect(importRoot(['a.csv'])).toBe('a.csv');
    expect(importRoot(['train-images', 'train-labels'])).toBe('');
  });
});

describe('paths of what is dropped', () => {
  const item = (name: string) => ({ kind: 'file', getAsFile: () => new File([], name) });
  const pathOf = (dropped: File): string => (dropped.name === 'made' ? '' : `/home/ada/${dropped.name}`);

  it('lead to the one file or folder where the host tells them, beside text that is dropped with it', () => {
    const items = [{ kind: 'string', getAsFile: () => null }, item('pets')];
    expect(droppedPath({ items }, pathOf)).toBe('/home/ada/pets');
  });

  it('are not used in a browser, for several files, or for files that lie nowhere', () => {
    expect(droppedPath({ items: [item('a.csv')] }, undefined)).toBeUndefined();
    expect(droppedPath({ items: [item('images'), item('labels')] }, pathOf)).toBeUndefined();
    expect(droppedPath({ items: [item('made')] }, pathOf)).toBeUndefined();
  });
});

function makeFiles(failAt = Infinity) {
  const sent = new Map<string, number[]>();
  const discarded: string[] = [];
  let calls = 0;
  return {
    sent,
    discarded,
    beginUpload: () => Promise.resolve({ upload: 'u1', folder: '/uploads/u1' }),
    append: ({ name, bytes }: { name: string; bytes: Uint8Array }) => {
      if (++calls > failAt) return Promise.reject(new Error('disk full'));
      sent.set(name, [...(sent.get(name) ?? []), bytes.length]);
      return Promise.resolve();
    },
    discardUpload: ({ upload }: { upload: string }) => {
      discarded.push(upload);
      return Promise.resolve();
    },
  };
}

describe('upload', () => {
  const signal = new AbortController().signal;

  it('sends large files in pieces and empty ones too', async () => {
    const files = makeFiles();
    const dropped = await collectFiles([file('large.bin', pieceBytes + 5), file('empty.txt', 0)]);
    const reports: number[] = [];
    const upload = await uploadFiles(files, dropped, { signal, onProgress: ({ bytes }) => reports.push(bytes) });
    expect(files.sent.get('large.bin')).toEqual([pieceBytes, 5]);
    expect(files.sent.get('empty.txt')).toEqual([0]);
    expect(upload.path).toBe('/uploads/u1');
    expect(reports.at(-1)).toBe(pieceBytes + 5);
  });

  it('names the folder that was dropped', async () => {
    const upload = await uploadFiles(makeFiles(), await collectFiles([pets]), { signal, onProgress: () => undefined });
    expect(upload.path).toBe('/uploads/u1/pets');
  });

  it('discards what was sent when a piece is refused', async () => {
    const files = makeFiles(2);
    const dropped = await collectFiles([pets]);
    await expect(uploadFiles(files, dropped, { signal, onProgress: () => undefined })).rejects.toThrow('disk full');
    expect(files.discarded).toEqual(['u1']);
  });

  it('discards what was sent when it is cancelled', async () => {
    const files = makeFiles();
    const controller = new AbortController();
    const dropped = await collectFiles([pets]);
    const going = uploadFiles(files, dropped, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(going).rejects.toThrow();
    expect(files.discarded).toEqual(['u1']);
  });
});
