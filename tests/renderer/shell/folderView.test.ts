// The folder of a file dialog: what is typed before an answer comes, and answers that come late.
import { expect, test } from 'vitest';
import type { FolderListing } from '../../../contract/services/files.js';
import { useFolderView } from '../../../renderer/shell/folderView.js';

/** A disk that answers when it is told to. */
function slowDisk(): { list: (folder: string) => Promise<FolderListing>; answer: (folder: string) => Promise<void> } {
  const waiting = new Map<string, (listing: FolderListing) => void>();
  return {
    list: (folder) => new Promise((resolve) => waiting.set(folder, resolve)),
    answer: async (folder) => {
      waiting.get(folder)!({ path: folder, parent: null, separator: '/', entries: [], truncated: false });
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

test('a path that is typed before the folder is there stays', async () => {
  const disk = slowDisk();
  const { path, listing, show } = useFolderView(disk.list);
  void show(Promise.resolve('/home'));
  path.value = '/data/model.onnx';
  await new Promise((resolve) => setTimeout(resolve));
  await disk.answer('/home');
  expect(listing.value?.path).toBe('/home');
  expect(path.value).toBe('/data/model.onnx');
});

test('the folder that was asked for last is shown, and named', async () => {
  const disk = slowDisk();
  const { path, listing, show } = useFolderView(disk.list);
  void show('/one');
  void show('/two');
  await Promise.resolve();
  await disk.answer('/two');
  await disk.answer('/one');
  expect(listing.value?.path).toBe('/two');
  expect(path.value).toBe('/two');
});
