// Texts of the file dialog.
import { formatCount } from '../components/format.js';

export const fileTexts = {
  places: 'Places',
  path: 'Path',
  up: 'One folder up',
  name: 'Name',
  newFolder: 'New folder',
  newFolderName: 'Name of the new folder',
  make: 'Make',
  cancel: 'Cancel',
  accept: { open: 'Open', folder: 'Choose', save: 'Save' },
  hidden: 'Hidden files',
  loading: 'Reading the folder…',
  empty: (endings: readonly string[] | null) => {
    if (endings === null) return 'This folder is empty.';
    return endings.length === 0 ? 'No folders here.' : `No folders and no ${endings.join(', ')} files here.`;
  },
  truncated: (count: number) => `The first ${formatCount(count)} are shown. Type the path of what is not among them.`,
  replace: {
    title: 'Replace the file?',
    text: (name: string) => `'${name}' is there already. Its content will be lost.`,
    confirm: 'Replace',
  },
} as const;
