// The keyboard in the graph: walking, choosing, editing, the clipboard.
import { copyText, readClip } from '../document/clipboard.js';
import { nodeTowards, type Arrow } from '../graph/walk.js';
import type { EditorActions } from './editorActions.js';
import type { EditorView } from './editorView.js';

export interface CanvasKeys {
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onCopy: (event: ClipboardEvent) => void;
  readonly onCut: (event: ClipboardEvent) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
  /** For menus, which have no event of the clipboard. Rejects where the browser refuses. */
  readonly copyChosen: () => Promise<void>;
  readonly pasteClipboard: () => Promise<void>;
}

export interface CanvasHandles {
  /** Opens the list of layers beside what is chosen. */
  readonly askForLayer: () => void;
  readonly rename: () => void;
  /** The options of a node. */
  readonly edit: (id: string) => void;
  readonly fit: () => void;
  /** Moves the focus, and with it the view. */
  readonly focusNode: (id: string) => void;
}

export function useCanvasKeys(view: EditorView, actions: EditorActions, handles: CanvasHandles): CanvasKeys {
  const { plain, withControl } = keyTables(view, actions, handles);
  return {
    onKey: (event) => {
      if (isField(event.target) || event.altKey) return;
      const control = event.ctrlKey || event.metaKey;
      const action = control ? withControl[event.key.toLowerCase()] : plain[event.key];
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action(event);
    },
    ...clipboardKeys(view, actions),
  };
}

type KeyTable = Readonly<Record<string, (event: KeyboardEvent) => void>>;

function keyTables(
  view: EditorView,
  actions: EditorActions,
  handles: CanvasHandles,
): { readonly plain: KeyTable; readonly withControl: KeyTable } {
  const { session } = view;
  function walk(event: KeyboardEvent): void {
    const from = [...session.selection.value].at(-1);
    const { nodes } = view.graph.value;
    const next = from === undefined ? nodes[0]?.id : nodeTowards(from, event.key as Arrow, nodes, view.places.value);
    if (next === undefined) return;
    session.select(event.shiftKey ? [...session.selection.value, next] : [next]);
    handles.focusNode(next);
  }
  function openChosen(): void {
    const [group] = actions.chosenGroups();
    const chosen = [...session.selection.value].at(-1);
    if (group !== undefined) actions.setCollapsed(group, !session.document.value.layout.collapsed.includes(group));
    else if (chosen === undefined) handles.askForLayer();
    else handles.edit(chosen);
  }
  return {
    plain: {
      ...{ ArrowUp: walk, ArrowDown: walk, ArrowLeft: walk, ArrowRight: walk },
      Delete: () => actions.removeChosen(),
      Backspace: () => actions.removeChosen(),
      F2: () => handles.rename(),
      '/': () => handles.askForLayer(),
      Enter: openChosen,
      Escape: () => session.select([]),
      f: () => handles.fit(),
    },
    withControl: { a: () => actions.selectAll(), d: () => actions.duplicate(), g: () => actions.group() },
  };
}

function clipboardKeys(view: EditorView, actions: EditorActions): Omit<CanvasKeys, 'onKey'> {
  const chosenText = (): string | undefined => {
    const ids = new Set(actions.chosenLayers().map(({ id }) => id));
    return ids.size > 0 ? copyText(view.session.document.value, ids) : undefined;
  };
  /** @returns whether there was something to copy */
  function copy(event: ClipboardEvent): boolean {
    const text = isField(event.target) ? undefined : chosenText();
    if (text === undefined || !event.clipboardData) return false;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
    return true;
  }
  return {
    onCopy: (event) => void copy(event),
    onCut: (event) => {
      if (copy(event)) actions.removeChosen();
    },
    onPaste: (event) => {
      const clip = isField(event.target) ? undefined : readClip(event.clipboardData?.getData('text/plain') ?? '');
      if (!clip) return;
      event.preventDefault();
      actions.paste(clip);
    },
    copyChosen: async () => {
      const text = chosenText();
      if (text !== undefined) await navigator.clipboard.writeText(text);
    },
    pasteClipboard: async () => {
      const clip = readClip(await navigator.clipboard.readText());
      if (clip) actions.paste(clip);
    },
  };
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
