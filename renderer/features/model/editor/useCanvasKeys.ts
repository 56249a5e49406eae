// The keyboard in the graph: walking, choosing, editing, the clipboard.
import type { Ref } from 'vue';
import { copyText, readClip } from '../document/clipboard.js';
import { nodeTowards, type Arrow } from '../graph/walk.js';
import type { EditorActions } from './editorActions.js';
import type { EditorView } from './editorView.js';

export interface CanvasKeys {
  onKey(event: KeyboardEvent): void;
  onCopy(event: ClipboardEvent): void;
  onCut(event: ClipboardEvent): void;
  onPaste(event: ClipboardEvent): void;
}

export interface CanvasHandles {
  readonly root: Ref<HTMLElement | undefined>;
  /** Opens the list of layers beside what is chosen. */
  askForLayer(): void;
  rename(): void;
  fit(): void;
  /** Moves the focus, and with it the view. */
  focusNode(id: string): void;
}

export function useCanvasKeys(view: EditorView, actions: EditorActions, handles: CanvasHandles): CanvasKeys {
  const { session } = view;

  function walk(event: KeyboardEvent): void {
    const from = [...session.selection.value].at(-1);
    const { nodes } = view.graph.value;
    const next = from === undefined ? nodes[0]?.id : nodeTowards(from, event.key as Arrow, nodes, view.places.value);
    if (next === undefined) return;
    session.select(event.shiftKey ? [...session.selection.value, next] : [next]);
    handles.focusNode(next);
  }

  const plain: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    ArrowUp: walk,
    ArrowDown: walk,
    ArrowLeft: walk,
    ArrowRight: walk,
    Delete: () => actions.removeChosen(),
    Backspace: () => actions.removeChosen(),
    F2: () => handles.rename(),
    '/': () => handles.askForLayer(),
    Enter: () => openChosen(),
    Escape: () => session.select([]),
    f: () => handles.fit(),
  };
  const withControl: Readonly<Record<string, () => void>> = {
    a: () => actions.selectAll(),
    d: () => actions.duplicate(),
    g: () => actions.group(),
  };

  function openChosen(): void {
    const [group] = actions.chosenGroups();
    if (group === undefined) handles.askForLayer();
    else actions.setCollapsed(group, !session.document.value.layout.collapsed.includes(group));
  }

  function onKey(event: KeyboardEvent): void {
    if (isField(event.target) || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const action = control ? withControl[event.key.toLowerCase()] : plain[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action(event);
  }

  /** @returns whether there was something to copy */
  function copy(event: ClipboardEvent): boolean {
    const layers = actions.chosenLayers();
    if (isField(event.target) || layers.length === 0 || !event.clipboardData) return false;
    const ids = new Set(layers.map(({ id }) => id));
    event.clipboardData.setData('text/plain', copyText(session.document.value, ids));
    event.preventDefault();
    return true;
  }

  return {
    onKey,
    onCopy: (event) => void copy(event),
    onCut: (event) => {
      if (copy(event)) actions.removeChosen();
    },
    onPaste: (event) => {
      if (isField(event.target)) return;
      const clip = readClip(event.clipboardData?.getData('text/plain') ?? '');
      if (!clip) return;
      event.preventDefault();
      actions.paste(clip);
    },
  };
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
