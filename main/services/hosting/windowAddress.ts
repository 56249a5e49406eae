// The addresses of the desktop application's window: what it may go to and load from. Everything else is denied.

export const appScheme = 'app';
/** The origin of the window. */
export const appOrigin = `${appScheme}://descent`;

/** Whether an address is one of the window's own pages or files. */
export function isOwnAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return protocol === `${appScheme}:` && host === 'descent' && username === '' && password === '';
}

/** Whether the window may load it: its own files, what it made itself, and the developer tools where they are open. */
export function isAllowedRequest(address: string): boolean {
  if (address.startsWith('data:')) return true;
  if (address.startsWith('blob:')) return isOwnAddress(address.slice('blob:'.length));
  return isOwnAddress(address) || address.startsWith('devtools://');
}

/** What the window may ask the system for; notifications, cameras, places and all others are denied. */
export function isAllowedPermission(permission: string, address: string): boolean {
  return isOwnAddress(address) && (permission === 'clipboard-sanitized-write' || permission === 'clipboard-read');
}
