// Choosing files of the machine that Descent runs on: the dialog is ours, since a browser does not tell paths.
import { shallowRef } from 'vue';

export interface FileChoice {
  readonly title: string;
  /** `open`: a file (or a folder, with `folders`); `folder`: a folder; `save`: where to write. */
  readonly mode?: 'open' | 'folder' | 'save';
  /** Only these, with the dot; left out: every file. */
  readonly extensions?: readonly string[];
  /** With `open`: a folder may be chosen, too. */
  readonly folders?: boolean;
  /** Of a file to save. */
  readonly suggestedName?: string;
  /** What the button says; left out: Open, Choose or Save. */
  readonly accept?: string;
}

export interface FileQuestion extends FileChoice {
  answer(path: string | null): void;
}

/** What the dialog shows now. */
export const fileQuestion = shallowRef<FileQuestion>();

/** Shows the dialog. @returns the path, or null when the person thought better of it */
export function chooseFile(choice: FileChoice): Promise<string | null> {
  fileQuestion.value?.answer(null);
  return new Promise((resolve) => {
    fileQuestion.value = {
      ...choice,
      answer: (path) => {
        fileQuestion.value = undefined;
        resolve(path);
      },
    };
  });
}
