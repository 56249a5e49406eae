// Picking and placing elements by index.
import { gather } from './gather.js';

export const indexing = [gather];
