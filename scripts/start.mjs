// `npm start`: opens the app, in Electron where its program can be had, else in an installed browser; prints the address where there is
// no screen. `npm start -- <command>` is the command line; options alone (`npm start -- --workspace DIR`) are those of `serve`.
import { buildIfStale } from './build.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';

const args = process.argv.slice(2);
const isCommand = args.length > 0 && !args[0].startsWith('-');
const isHelp = args[0] === '-h' || args[0] === '--help';
/** A browser that is named, and options that only the loopback host has: whoever gives them wants it. */
const isLoopback =
  Boolean(process.env.DESCENT_BROWSER) || args.some((arg) => /^--(port|no-open|json|until-closed)\b/.test(arg));

if (!isCommand && !isHelp) {
  ensureInstalled();
  buildIfStale((text) => console.error(text));
  const { openInElectron } = await import('./electron.mjs');
  if (isLoopback || !(await openInElectron(args))) {
    process.argv.splice(2, args.length, 'serve', ...args, ...(isLoopback ? [] : ['--until-closed']));
    await import('./descent.mjs');
  }
} else await import('./descent.mjs');
