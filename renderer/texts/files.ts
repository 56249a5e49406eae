// Texts of the file dialog.
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
  empty: (extensions: readonly string[]) =>
    extensions.length === 0 ? 'This folder is empty.' : `No folders and no ${extensions.join(', ')} files here.`,
  truncated: 'More entries are in this folder than are shown: type the path.',
  replace: {
    title: 'Replace the file?',
    text: (name: string) => `'${name}' is there already. Its content will be lost.`,
    confirm: 'Replace',
  },
} as const;
