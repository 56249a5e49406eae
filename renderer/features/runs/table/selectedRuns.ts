// The runs that are chosen in the table, for commands that act on them.
import { shallowRef } from 'vue';

export const selectedRuns = shallowRef<readonly string[]>([]);
