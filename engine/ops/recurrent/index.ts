// Recurrent layers.
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { rnn } from './rnn.js';

export const recurrent = [gru, lstm, rnn];
