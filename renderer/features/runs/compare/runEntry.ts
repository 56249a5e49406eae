// A run as a comparison shows it.
export interface RunEntry {
  readonly id: string;
  readonly title: string;
  readonly colour: number;
}
