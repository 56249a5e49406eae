// Paths as people type and paste them, of every system.
import { expect, test } from 'vitest';
import { isWholePath, joinPath, splitPath, typedPath } from '../../../renderer/shell/typedPath.js';

test.each([
  ['  /data/model.onnx\n', '/data/model.onnx'],
  ['"C:\\Users\\Ada\\a b.onnx"', 'C:\\Users\\Ada\\a b.onnx'],
  ["'/data/it is.onnx'", '/data/it is.onnx'],
  ['file:///home/ada/a%20b.onnx', '/home/ada/a b.onnx'],
  ['file:///C:/Users/a.onnx', 'C:/Users/a.onnx'],
  ['file:///data/100%.csv', '/data/100%.csv'],
  ["/data/o'brien", "/data/o'brien"],
])('%s is %s', (text, path) => {
  expect(typedPath(text)).toBe(path);
});

test('a whole path begins at the root, in the home folder or with a drive', () => {
  expect(['/a', '~', '~/a', 'C:\\a', 'c:/a', '\\\\server\\share'].every(isWholePath)).toBe(true);
  expect(['a', 'a/b', '~a', 'C:', './a', ''].some(isWholePath)).toBe(false);
});

test.each([
  ['/data/a.onnx', '/', '/data', 'a.onnx'],
  ['/a.onnx', '/', '/', 'a.onnx'],
  ['/data/a\\b.onnx', '/', '/data', 'a\\b.onnx'],
  ['C:\\data\\a.onnx', '\\', 'C:\\data', 'a.onnx'],
  ['C:\\a.onnx', '\\', 'C:\\', 'a.onnx'],
  ['C:/data/a.onnx', '\\', 'C:/data', 'a.onnx'],
])('%s is split and joined', (path, separator, folder, name) => {
  expect(splitPath(path, separator)).toEqual({ folder, name });
  if (!path.includes('C:/')) expect(joinPath(folder, name, separator)).toBe(path);
});
