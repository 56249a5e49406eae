// Activation functions.
import { relu } from './relu.js';
import { sigmoid } from './sigmoid.js';
import { tanh } from './tanh.js';

export const activation = [relu, sigmoid, tanh];
