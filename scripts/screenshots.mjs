// `npm run screenshots`: takes the pictures of README.md anew.
import { loadBundled } from './bundle.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';

ensureInstalled();
const { takePictures } = await loadBundled('tests/pictures/index.ts', 'pictures');
// A host that is still there would keep a failed attempt alive.
await takePictures().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
process.exit();
