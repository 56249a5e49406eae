// `npm start`: the guided example, or the command that follows `npm start --`.
if (process.argv.length === 2) process.argv.push('guide');
await import('./descent.mjs');
