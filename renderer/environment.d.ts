// What the bundler makes of files that are not TypeScript.
declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent;
  export default component;
}
declare module '*.css';
declare module '*.svg' {
  const address: string;
  export default address;
}
