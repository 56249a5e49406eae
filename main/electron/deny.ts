// What windows may not: everything that the workbench does not need is denied, whatever asks for it.
import { app, type Session, type WebContents } from 'electron';
import { isAllowedPermission, isAllowedRequest, isOwnAddress } from '../services/hosting/windowAddress.js';

export function denyByDefault(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(isAllowedPermission(permission, contents.getURL()));
  });
  session.setPermissionCheckHandler((_, permission, origin) => isAllowedPermission(permission, `${origin}/`));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !isAllowedRequest(url) });
  });
  session.on('will-download', (event, item) => {
    // What the window itself made (a picture of a chart) is saved by the system's dialog.
    if (!isAllowedRequest(item.getURL())) event.preventDefault();
  });
  app.on('web-contents-created', (_, contents) => {
    denyLeaving(contents);
  });
}

function denyLeaving(contents: WebContents): void {
  const keep = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', keep);
  contents.on('will-frame-navigate', keep);
  contents.on('will-redirect', keep);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
