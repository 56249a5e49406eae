// ArgMin: the position of the smallest element along an axis (ONNX ArgMin-13).
import { defineArgExtremum } from './argExtremum.js';

export const argMin = defineArgExtremum('ArgMin');
