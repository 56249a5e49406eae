// The present for texts like «5 min ago»: whatever shows it is shown anew as time goes on.
import { shallowRef } from 'vue';

/** Milliseconds; the texts are exact to a minute. */
const interval = 15_000;
const beat = shallowRef(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970. Read by a template or a computed value, it brings that up to date a few times a minute. */
export function presentTime(): number {
  timer ??= setInterval(() => (beat.value = Date.now()), interval);
  return Math.max(beat.value, Date.now());
}
