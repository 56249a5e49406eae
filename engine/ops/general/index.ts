// What belongs to no other family.
import { cast } from './cast.js';
import { identity } from './identity.js';
import { shape } from './shape.js';

export const general = [cast, identity, shape];
