// The keys of the graph as the list of shortcuts shows them; `useCanvasKeys` says what they do.
import type { KeyGroup } from '../../../shell/feature.js';
import { modelTexts } from '../../../texts/model.js';

const { title, ...texts } = modelTexts.graphKeys;

export const graphKeys: KeyGroup = {
  title,
  keys: [
    ['Arrow keys', texts.walk],
    ['/', texts.add],
    ['Enter', texts.edit],
    ['Escape', texts.back],
    ['F2', texts.rename],
    ['Delete', texts.remove],
    ['Ctrl+C, X, V', texts.copy],
    ['Ctrl+D', texts.duplicate],
    ['Ctrl+G', texts.group],
    ['Ctrl+A', texts.all],
    ['F', texts.fit],
  ],
};
