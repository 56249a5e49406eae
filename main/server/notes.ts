// The pages that the server shows instead of the window: why not, and what to do.

const notes = {
  host: [
    'This address is not Descent’s',
    'Descent answers under 127.0.0.1 and localhost only. Open the address that it printed.',
  ],
  origin: ['Another page asked', 'Descent answers its own window only.'],
  secret: [
    'This browser is not let in',
    'Descent was started anew, or this is another browser. Open the address that Descent printed when it started, with its token; or run <code>npm start</code> (<code>descent serve</code>) again: it opens the window that is there.',
  ],
  missing: ['There is no such page', '<a href="/">Open the workbench</a>'],
  method: ['This cannot be done here', 'The server hands out files; everything else goes over its channel.'],
  notBuilt: ['The window is not built', 'Run <code>npm run build</code>, then start Descent again.'],
  failed: ['The file could not be read', 'Run <code>npm run build</code>, then load this page again.'],
} as const;

/** A whole page of HTML. */
export function noteOf(name: keyof typeof notes): string {
  const [title, text] = notes[name];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Descent: ${title}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 34rem; padding: 0 1.5rem }
  h1 { font-size: 20px; font-weight: 600; margin: 0 0 8px }
  code { font-size: 13px }
</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}
