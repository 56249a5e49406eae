// Faults of dropped files speak of the files as the person knows them.
import { expect, it } from 'vitest';
import { faultOfUpload } from '../../../renderer/features/data/import/faultOfUpload.js';

const at = '/ws/temporary/22-7/half.jsonl';

it('A dropped file is named without the folder that it was put in', () => {
  const fault = { code: 'data.table', message: `half.jsonl: malformed in "${at}", line 3`, place: { path: at } };
  expect(faultOfUpload(fault, at, 'half.jsonl')).toEqual({
    code: 'data.table',
    message: 'half.jsonl: malformed in "half.jsonl", line 3',
  });
});

it('A dropped folder has its own name, and files in it keep theirs', () => {
  const fault = {
    code: 'data.empty',
    message: '22-7: the folder is empty',
    place: { path: '/ws/temporary/22-7/a.png' },
  };
  expect(faultOfUpload(fault, '/ws/temporary/22-7', 'pictures')).toEqual({
    code: 'data.empty',
    message: 'pictures: the folder is empty',
    place: { path: 'pictures/a.png' },
  });
});
