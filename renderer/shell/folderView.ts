// The folder that a file dialog shows, and the path that is typed above it.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { faultOf, type Fault } from '../../contract/fault.js';
import type { FolderListing } from '../../contract/services/files.js';

export interface FolderView {
  readonly listing: ShallowRef<FolderListing | undefined>;
  readonly fault: ShallowRef<Fault | undefined>;
  /** What stands in the field. */
  readonly path: Ref<string>;
  /** Of the folders that are asked for in turn the last one is shown, whenever its answer comes. */
  readonly show: (folder: string | Promise<string>) => Promise<void>;
}

export function useFolderView(list: (folder: string) => Promise<FolderListing>): FolderView {
  const listing = shallowRef<FolderListing>();
  const fault = shallowRef<Fault>();
  const path = ref('');
  let asked = 0;

  async function show(folder: string | Promise<string>): Promise<void> {
    const mine = ++asked;
    const before = path.value;
    try {
      const found = await list(await folder);
      if (mine !== asked) return;
      listing.value = found;
      // What was typed meanwhile stays.
      if (path.value === before) path.value = found.path;
      fault.value = undefined;
    } catch (error) {
      if (mine === asked) fault.value = faultOf(error);
    }
  }

  return { listing, fault, path, show };
}
