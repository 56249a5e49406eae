// Lets messages (a stop) and other tasks in between steps that run back to back.

/** Browsers have no `setImmediate`; their timers wait 4 ms once they are nested, a message to oneself does not. */
function postedTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

const immediate = (globalThis as { setImmediate?: (task: () => void) => unknown }).setImmediate;

/** Resolves after the tasks that are already waiting. */
export const breathe: () => Promise<void> = immediate
  ? () => new Promise((resolve) => void immediate(resolve))
  : postedTask;
