// What the editor asks of its graph.
export interface GraphCanvasHandle {
  readonly fit: () => void;
  /** Opens the list of layers beside what is chosen. */
  readonly askHere: () => void;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  /** Takes the focus, at the node that was chosen last. */
  readonly focus: () => void;
}

export interface ChooserHandle {
  readonly focus: () => void;
}

/** What is dragged out of the palette: the type of a layer. */
export const layerFormat = 'application/x-descent-layer';
