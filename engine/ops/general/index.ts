// What belongs to no other family.
import { cast } from './cast.js';
import { constant } from './constant.js';
import { constantOfShape } from './constantOfShape.js';
import { dropout } from './dropout.js';
import { identity } from './identity.js';
import { range } from './range.js';
import { shape } from './shape.js';
import { size } from './size.js';

export const general = [cast, constant, constantOfShape, dropout, identity, range, shape, size];
