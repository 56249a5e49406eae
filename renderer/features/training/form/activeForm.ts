// The form of a training that has the focus: what Ctrl+Enter starts.
import { shallowRef } from 'vue';

export const activeStart = shallowRef<() => void>();
