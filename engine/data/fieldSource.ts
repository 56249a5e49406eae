// What a field's examples are made of, as plain numbers, so that they can be gathered elsewhere with the same bits (on a GPU).

export type FieldSource =
  /** Row e of a matrix as it is. */
  | { readonly kind: 'rows'; readonly rows: Float32Array | Int32Array }
  /** `steps` rows of `width` that end with row e − horizon; row 0 in place of those before it. */
  | {
      readonly kind: 'history';
      readonly rows: Float32Array;
      readonly width: number;
      readonly steps: number;
      readonly horizon: number;
    }
  /** Bytes [count, channels, plane]; each stands for an entry of its channel's table of 256 numbers. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly tables: readonly Float32Array[] }
  /** text[e × stride + shift + …] */
  | { readonly kind: 'windows'; readonly text: Int32Array; readonly stride: number; readonly shift: number }
  /** Computed with more precision than float32 has: only the field's `gather` knows. */
  | { readonly kind: 'computed' };
