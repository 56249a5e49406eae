// What a data set is called after its file.

/** Without the ending. */
export function nameOf(file: string): string {
  return file.replace(/\.(csv|tsv|tab|data|txt|text|md|parquet|jsonl|ndjson|json|npy|npz|zip)(\.gz)?$/i, '') || file;
}
