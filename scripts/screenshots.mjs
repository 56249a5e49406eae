// `npm run screenshots`: takes the pictures of README.md anew.
import { loadBundled } from './bundle.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';

ensureInstalled();
const { takePictures } = await loadBundled('tests/pictures/index.ts', 'pictures');
await takePictures();
