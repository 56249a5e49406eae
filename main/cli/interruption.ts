// Ctrl+C and SIGTERM: the first asks to stop, a second ends at once (the last checkpoint is safe either way).

export function watchInterruption(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    // Status 130 by convention: 128 and the number of SIGINT.
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return controller.signal;
}
