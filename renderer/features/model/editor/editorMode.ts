// How a model is looked at: as a graph, as text, or both side by side.
export type EditorMode = 'graph' | 'split' | 'json';
