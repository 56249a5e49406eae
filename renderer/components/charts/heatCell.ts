// A cell of a heat map.
export interface HeatCell {
  readonly row: number;
  readonly column: number;
  readonly text: string;
  /** From 0 to 1: how strong its colour is. */
  readonly strength: number;
  readonly label: string;
  /** On the diagonal: right; else wrong. */
  readonly isRight: boolean;
}
