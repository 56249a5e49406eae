// Files as the main side sees them: what a dialog browses, and what a window uploads because a browser does not tell paths.
import { z } from 'zod';
import { defineService, method } from '../service.js';

export interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'file';
  readonly bytes: number;
  /** Milliseconds since 1970, UTC. */
  readonly modified: number;
}

export interface FolderListing {
  readonly path: string;
  /** null at the root. */
  readonly parent: string | null;
  /** Between the names of a path: `/`, or `\\` on Windows. */
  readonly separator: string;
  /** Folders first, then by name; hidden ones left out unless asked for. */
  readonly entries: readonly FileEntry[];
  /** More than were listed. */
  readonly truncated: boolean;
}

export interface FilePlaces {
  readonly home: string;
  readonly workspace: string;
  /** Named places that exist: home, the workspace, documents, downloads, desktop, drives. */
  readonly places: readonly { readonly name: string; readonly path: string }[];
}

const path = z.string().min(1).max(4000);
const upload = z.string().max(100);

export const filesService = defineService('files', {
  methods: {
    places: method<FilePlaces>()(z.object({})),
    /** `endings`: of the files only those that end so; none: folders alone. null: every file. */
    list: method<FolderListing>()(
      z.object({
        path,
        hidden: z.boolean().default(false),
        endings: z.array(z.string().max(20)).max(50).nullable().default(null),
      }),
    ),
    makeFolder: method<{ readonly path: string }>()(z.object({ parent: path, name: z.string().min(1).max(200) })),
    exists: method<'folder' | 'file' | null>()(z.object({ path })),
    /** An empty folder of its own for files that come in pieces; it is removed when the client is gone or discards it. */
    beginUpload: method<{ readonly upload: string; readonly folder: string }>()(z.object({})),
    /** Appends to a file of the upload (`name` may have folders in it); files appear in the order of the calls. */
    append: method()(z.object({ upload, name: z.string().min(1).max(1000), bytes: z.instanceof(Uint8Array) })),
    discardUpload: method()(z.object({ upload })),
  },
  events: {},
});
