// `serve`: the workbench in a browser of this machine, or over a tunnel.
import { findBrowser, obstacleToWindows, openWindow } from '../../server/installedBrowser.js';
import { serveWorkbench, type Served } from '../../server/serveWorkbench.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder, type CommandContext } from '../context.js';
import { exitCodes, type ExitCode } from '../exitCode.js';

/** Milliseconds that a window may be gone (it is loaded anew, the computer slept) before it counts as closed. */
const graceAfterWindow = 10_000;

export const serve = defineCommand({
  summary: 'show the workbench in a browser',
  details: [
    'Opens an installed Chrome, Chromium or Edge as a window of its own ($DESCENT_BROWSER names another), or prints the address.',
    'It answers on 127.0.0.1 only, to browsers that were opened with the printed address. Over SSH: ssh -L 8080:127.0.0.1:PORT.',
    'A second call on the same workspace opens the window of the first. Ctrl+C ends it; trainings save a checkpoint first.',
  ].join('\n'),
  positionals: [],
  options: {
    ...workspaceOption,
    port: {
      type: 'number',
      value: 'N',
      summary: 'the port (default: the one of last time)',
      minimum: 0,
      maximum: 65535,
      integer: true,
    },
    'no-open': { type: 'flag', summary: 'open no window' },
    'until-closed': { type: 'flag', summary: 'end when the window that it opened is closed and nothing is trained' },
    ...jsonOption,
  },
  examples: ['serve', 'serve --workspace ~/experiments --port 8080 --no-open', 'serve --no-open --json'],
  run: async (_, options, context) => {
    const folder = workspaceFolder(options.workspace, context);
    const served = await serveWorkbench({ workspace: folder, port: options.port, launch: context.launch });
    if (!served.isOwn && isOtherPort(options.port, served))
      printLine(
        context.err,
        `Descent: --port ${options.port} has no effect: the workspace is open already, on port ${portOf(served)}. End that process first to change the port.`,
      );
    if (options.json) printJson(context.out, { url: served.address, workspace: folder, isNew: served.isOwn });
    const isOpened = !options['no-open'] && (await show(served, context));
    if (!options.json) tellAddress(served, folder, isOpened, context);
    // Whoever opens the address by hand may close it and come back.
    return served.isOwn ? stay(served, options['until-closed'] && isOpened, context) : exitCodes.ok;
  },
});

/** @returns whether a window was opened */
async function show(served: Served, { environment, err }: CommandContext): Promise<boolean> {
  const browser = obstacleToWindows(environment) === null ? findBrowser(environment) : undefined;
  if (!browser) return false;
  openWindow(browser, await served.ticketAddress(), environment, () => {
    printLine(err, `${browser.name} did not start. Open the address in another browser: ${served.address}`);
  });
  return true;
}

function tellAddress(served: Served, folder: string, isOpened: boolean, { environment, out }: CommandContext): void {
  const obstacle = obstacleToWindows(environment) ?? 'no Chrome, Chromium or Edge was found';
  printLine(
    out,
    `Descent ${isOpened ? 'shows' : 'serves'} the workspace ${folder}${served.isOwn ? '' : ' (it was open already)'}.`,
  );
  printLine(out, `${isOpened ? 'Address' : 'Open in a browser'}: ${served.address}`);
  if (!isOpened && environment.SSH_CONNECTION)
    printLine(
      out,
      `From the machine that you sit at: ssh -L ${portOf(served)}:127.0.0.1:${portOf(served)} HOST, then open it there.`,
    );
  else if (!isOpened) printLine(out, `(No window was opened: ${obstacle}.)`);
  if (served.isOwn) printLine(out, 'Ctrl+C ends it; trainings that run save a checkpoint.');
}

/** Port 0 is any. */
function isOtherPort(port: number | undefined, served: Served): boolean {
  return port !== undefined && port !== 0 && String(port) !== portOf(served);
}

function portOf({ address }: Served): string {
  return new URL(address).port;
}

async function stay(
  served: Extract<Served, { isOwn: true }>,
  untilClosed: boolean,
  { err, interruption }: CommandContext,
): Promise<ExitCode> {
  const { ports } = served.workbench;
  await Promise.race([aborted(interruption), ...(untilClosed ? [windowsClosed(served)] : [])]);
  const running = ports.activity.works.length;
  if (running > 0) printLine(err, `Descent: ending; ${running === 1 ? 'one task is' : `${running} tasks are`} saving…`);
  await served.close();
  // Ending it this way is how it is meant to end, unless that cut a training off.
  return running > 0 ? exitCodes.interrupted : exitCodes.ok;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Resolves when there was a window, there is none any more, and nothing is active. */
function windowsClosed({ workbench: { hub, ports } }: Extract<Served, { isOwn: true }>): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const timer = setTimeout(() => {
        if (hub.clientCount === 0 && ports.activity.works.length === 0) resolve();
      }, graceAfterWindow);
      timer.unref();
    };
    hub.onGone(look);
    ports.activity.onChange(look);
  });
}
