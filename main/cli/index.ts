// The entry of the command line.
import { forkLauncher } from './forkLauncher.js';
import { watchInterruption } from './interruption.js';
import { runCommandLine } from './runCommandLine.js';

// A closed pipe (`descent runs | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  launch: forkLauncher,
  environment: process.env,
  interruption: watchInterruption(),
});
