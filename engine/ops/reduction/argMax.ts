// ArgMax: the position of the largest element along an axis (ONNX ArgMax-13).
import { defineArgExtremum } from './argExtremum.js';

export const argMax = defineArgExtremum('ArgMax');
