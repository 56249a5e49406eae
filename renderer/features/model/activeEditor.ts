// The editor that commands of the menu mean: the one that was used last and is still there.
import { shallowRef } from 'vue';

export interface ActiveEditor {
  readonly model: string;
  save(): Promise<void>;
  insert(): void;
  undo(): void;
  redo(): void;
  canUndo(): boolean;
  canRedo(): boolean;
}

export const activeEditor = shallowRef<ActiveEditor>();
