// What the editor's parts get from the editor besides the view.
import type { InjectionKey } from 'vue';
import type { EditorActions, InsertionWish } from './editorActions.js';

export const actionsKey: InjectionKey<EditorActions> = Symbol('model editor actions');

/** Opens the list of layers at a place of the screen, for an insertion there. */
export type AskForLayer = (wish: InsertionWish, at: { readonly x: number; readonly y: number }) => void;
export const askForLayerKey: InjectionKey<AskForLayer> = Symbol('model editor insertion');
