// What the context menus of the graph offer, by what was clicked.
import type { DropdownOption } from 'naive-ui';
import { shortcutText, isMac } from '../../../shell/shortcuts.js';
import { modelTexts } from '../../../texts/model.js';
import { h, type VNode } from 'vue';
import { groupPrefix } from '../graph/shownGraph.js';
import { alignments } from '../graph/walk.js';
import type { EditorActions } from './editorActions.js';
import type { EditorView } from './editorView.js';

const texts = modelTexts.menu;

/** `key` is what {@link runMenuItem} understands. */
function item(key: string, label: string, shortcut?: string): DropdownOption {
  return { key, label: shortcut === undefined ? label : () => withShortcut(label, shortcut) };
}

function withShortcut(label: string, shortcut: string): VNode {
  return h('span', { class: 'menu-row' }, [label, h('kbd', shortcutText(shortcut, isMac))]);
}

const divider = (key: string): DropdownOption => ({ type: 'divider', key });

export function paneMenu(): DropdownOption[] {
  return [
    item('addLayer', texts.addLayer, '/'),
    item('addInput', texts.addInput),
    divider('one'),
    item('paste', texts.paste, 'Ctrl+V'),
    item('selectAll', texts.selectAll, 'Ctrl+A'),
    divider('two'),
    item('tidy', texts.tidy),
    item('fit', texts.fit, 'F'),
  ];
}

export function edgeMenu(): DropdownOption[] {
  return [item('insertHere', texts.insertHere, '/'), item('delete', texts.disconnect, 'Delete')];
}

export function nodeMenu(view: EditorView, actions: EditorActions): DropdownOption[] {
  const layers = actions.chosenLayers();
  const [group] = actions.chosenGroups();
  const nodes = view.session.selection.value.size;
  const isCollapsed = group !== undefined && view.session.document.value.layout.collapsed.includes(group);
  const isFrozen = layers.length > 0 && layers.every(({ frozen }) => frozen);
  return [
    ...(nodes === 1 && group === undefined ? [item('addLayer', texts.insertAfter, '/')] : []),
    ...(nodes === 1 && layers.length === 1 ? [item('asOutput', texts.asOutput)] : []),
    item('rename', texts.rename, 'F2'),
    divider('one'),
    item('cut', texts.cut, 'Ctrl+X'),
    item('copy', texts.copy, 'Ctrl+C'),
    item('duplicate', texts.duplicate, 'Ctrl+D'),
    item('delete', texts.delete, 'Delete'),
    divider('two'),
    item('freeze', isFrozen ? texts.unfreeze : texts.freeze),
    ...(group === undefined
      ? [item('group', texts.group, 'Ctrl+G')]
      : [
          item(isCollapsed ? 'expand' : 'collapse', isCollapsed ? texts.expand : texts.collapse, 'Enter'),
          item('ungroup', texts.ungroup),
        ]),
    ...(nodes > 1 ? [alignMenu()] : []),
  ];
}

function alignMenu(): DropdownOption {
  return {
    key: 'align',
    label: texts.align,
    children: [
      ...alignments.map((how) => item(`align:${how}`, texts.alignments[how])),
      divider('three'),
      item('distribute:x', texts.distributeAcross),
      item('distribute:y', texts.distributeDown),
    ],
  };
}

/** Ids of shown nodes belong to the selection; a click on another one chooses it alone. */
export function chooseForMenu(view: EditorView, id: string): void {
  if (!view.session.selection.value.has(id)) view.session.select([id]);
}

export const isGroupId = (id: string): boolean => id.startsWith(groupPrefix);
