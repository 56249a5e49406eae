// Speed and time left of a long call, from what it reports; smoothed, because reports come in bursts.

export interface ProgressSample {
  readonly stage: string;
  readonly done: number;
  /** 0 when unknown. */
  readonly total: number;
  /** Milliseconds of any clock. */
  readonly at: number;
}

export interface ProgressEstimate extends ProgressSample {
  /** When this stage began. */
  readonly began: number;
  readonly doneAtBegin: number;
  /** A second; undefined until it can be told. */
  readonly speed: number | undefined;
  readonly secondsLeft: number | undefined;
  /** 0 to 1; undefined when the total is unknown. */
  readonly fraction: number | undefined;
}

/** Below this the first burst would say nonsense. */
const shortest = 400;

/** The estimate after another report. A new stage begins anew. */
export function estimateProgress(previous: ProgressEstimate | undefined, sample: ProgressSample): ProgressEstimate {
  const isSameStage = previous?.stage === sample.stage && sample.done >= previous.done;
  const began = isSameStage ? previous.began : sample.at;
  const doneAtBegin = isSameStage ? previous.doneAtBegin : sample.done;
  const elapsed = sample.at - began;
  const advanced = sample.done - doneAtBegin;
  const speed = elapsed >= shortest && advanced > 0 ? (advanced / elapsed) * 1000 : undefined;
  const known = sample.total > 0;
  return {
    ...sample,
    began,
    doneAtBegin,
    speed,
    secondsLeft: known && speed !== undefined ? Math.max(0, sample.total - sample.done) / speed : undefined,
    fraction: known ? Math.min(1, sample.done / sample.total) : undefined,
  };
}
