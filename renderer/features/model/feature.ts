// The area Model: the list, the editor, templates, the viewer of ONNX files.
import { Boxes, FileSearch, LayoutTemplate, Workflow } from '@lucide/vue';
import { fuzzyFilter } from '../../shell/fuzzy.js';
import { chooseFile } from '../../shell/fileDialog.js';
import type { Feature } from '../../shell/feature.js';
import { activePanelKind, openPanel } from '../../shell/workbench.js';
import { modelTexts } from '../../texts/model.js';
import { activeEditor } from './activeEditor.js';
import { graphKeys } from './editor/graphKeys.js';
import { models, watchModels } from './list/modelList.js';
import { openDroppedModels } from './onnx/openDropped.js';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isEditing = (): boolean =>
  activeEditor.value !== undefined && ['model.editor', 'shell.inspector'].includes(activePanelKind() ?? '');

async function openOnnx(path: unknown): Promise<void> {
  const file =
    typeof path === 'string' ? path : await chooseFile({ title: modelTexts.list.openOnnx, extensions: ['.onnx'] });
  if (file !== null) openPanel('model.onnx', { path: file });
}

export const modelFeature: Feature = {
  name: 'model',
  keys: [graphKeys],
  panels: [
    {
      id: 'model.list',
      icon: Boxes,
      place: 'side',
      title: () => modelTexts.list.title,
      component: () => import('./list/ModelListPanel.vue'),
    },
    {
      id: 'model.editor',
      icon: Workflow,
      place: 'centre',
      title: () => modelTexts.editor,
      key: ({ id }) => text(id),
      component: () => import('./EditorPanel.vue'),
    },
    {
      id: 'model.new',
      icon: LayoutTemplate,
      place: 'centre',
      title: () => modelTexts.gallery.title,
      component: () => import('./templates/GalleryPanel.vue'),
    },
    {
      id: 'model.onnx',
      icon: FileSearch,
      place: 'centre',
      title: ({ path }) => text(path).split(/[\\/]/).at(-1) ?? modelTexts.onnx,
      key: ({ path }) => text(path),
      component: () => import('./onnx/OnnxPanel.vue'),
    },
  ],
  commands: [
    {
      id: 'model.new',
      title: modelTexts.commands.new,
      category: 'Model',
      icon: LayoutTemplate,
      run: (data) => openPanel('model.new', typeof data === 'string' ? { data } : {}),
    },
    {
      id: 'model.openOnnx',
      title: modelTexts.commands.openOnnx,
      category: 'File',
      icon: FileSearch,
      run: openOnnx,
    },
    {
      id: 'model.showList',
      title: modelTexts.commands.showList,
      category: 'Model',
      run: () => openPanel('model.list'),
    },
    {
      id: 'model.insert',
      title: modelTexts.commands.insert,
      category: 'Model',
      isEnabled: isEditing,
      run: () => activeEditor.value?.insert(),
    },
    {
      id: 'model.save',
      title: modelTexts.commands.save,
      category: 'File',
      shortcut: 'Ctrl+S',
      isEnabled: isEditing,
      run: () => activeEditor.value?.save(),
    },
    {
      id: 'model.undo',
      title: modelTexts.commands.undo,
      category: 'Edit',
      shortcut: 'Ctrl+Z',
      isEnabled: () => isEditing() && activeEditor.value!.canUndo(),
      run: () => activeEditor.value?.undo(),
    },
    {
      id: 'model.redo',
      title: modelTexts.commands.redo,
      category: 'Edit',
      shortcut: 'Ctrl+Shift+Z',
      isEnabled: () => isEditing() && activeEditor.value!.canRedo(),
      run: () => activeEditor.value?.redo(),
    },
    {
      id: 'model.redoToo',
      title: modelTexts.commands.redo,
      category: 'Edit',
      shortcut: 'Ctrl+Y',
      hidden: true,
      isEnabled: () => isEditing() && activeEditor.value!.canRedo(),
      run: () => activeEditor.value?.redo(),
    },
  ],
  activities: [{ panel: 'model.list', title: modelTexts.area, icon: Boxes, order: 20 }],
  find: (words) =>
    fuzzyFilter(models.value ?? [], words, ({ name }) => name)
      .slice(0, 12)
      .map(({ id, name }) => ({
        title: name,
        detail: modelTexts.editor,
        icon: Workflow,
        open: () => openPanel('model.editor', { id }),
      })),
  start: watchModels,
  drop: openDroppedModels,
};
