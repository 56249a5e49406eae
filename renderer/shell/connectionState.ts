// The connection to the main side, as the window shows it.
import { reactive } from 'vue';
import { connection } from '../services.js';

/** `wasConnected`: there has been a connection, so the workbench stays while it is looked for again. */
export const connectionState = reactive({ state: connection.state, wasConnected: connection.state === 'connected' });

connection.onState((state) => {
  connectionState.state = state;
  if (state === 'connected') connectionState.wasConnected = true;
});
