// A run's record with plain values, for tests that care about other things.
import type { NewRun } from '../../../main/store/runStore.js';

export const newRun: NewRun = {
  name: 'digits',
  data: 'digits',
  model: 'digits',
  backend: 'native',
  seed: 0,
  request: { data: 'digits', seed: 0, backend: 'native' },
};
