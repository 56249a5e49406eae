// Faults as data: a stable code, a sentence in the house form, and the place.

export interface Place {
  /** A node of a graph or of a model, by name. */
  readonly node?: string;
  /** An input, output or option of that node. */
  readonly port?: string;
  /** A path inside a document, as `nodes[3].units`. */
  readonly path?: string;
}

export interface Diagnostic {
  /** Stable and dotted: `shape.mismatch`. Messages may be reworded, codes may not. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Subject, rule, expected, got, remedy. */
  readonly message: string;
  readonly place: Place;
}

/** Thrown at compile and run boundaries; carries a code that survives the way to another process. */
export class EngineError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly place: Place = {},
    readonly diagnostics: readonly Diagnostic[] = [],
  ) {
    super(message);
    this.name = 'EngineError';
  }
}
