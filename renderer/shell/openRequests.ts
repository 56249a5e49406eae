// Model files that were opened from outside the window (a double click on an `.onnx` file): shown by the command that opens one.
import { connection, useServices } from '../services.js';
import { notifyFault } from './notifications.js';
import { runCommand } from './workbench.js';

/** Takes what waits already, and whatever comes. */
export function followOpenRequests(): void {
  const { workspace } = useServices();
  const open = (path: string | null): void => {
    if (path !== null) void runCommand('model.openOnnx', path);
  };
  workspace.on('openRequested', ({ path }) => open(path));
  const take = (): void => {
    workspace.takeOpenRequest({}).then(open).catch(notifyFault);
  };
  connection.onState((state) => {
    if (state === 'connected') take();
  });
  if (connection.state === 'connected') take();
}
