// The command line: builds what is out of date, then runs it in this process.
import { buildIfStale } from './build.mjs';

/** npm hands SIGTERM to the shell between us and itself, which dies of it: then our parent is another, and we are to stop. */
function stopWithNpm() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  timer.unref();
}

buildIfStale();
if (process.env.npm_lifecycle_event && process.platform !== 'win32') stopWithNpm();
await import('../out/main/cli.js');
