// Modules that the build turns into texts: see scripts/bundledScript.ts.
declare module '*?bundle' {
  const text: string;
  export default text;
}
declare module '*.css?raw' {
  const text: string;
  export default text;
}
