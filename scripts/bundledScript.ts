// `import script from './page.ts?bundle'`: the module and all that it imports as the text of one script, for pages that stand alone.
import { build, type Plugin, type Rolldown } from 'vite';

const query = '?bundle';

/** onnxruntime's WebAssembly is handed over by the page itself; as a file beside the script it would be part of the text. */
const withoutFiles: Plugin = {
  name: 'no-files-beside',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('onnxruntime-web')) return null;
    return code.replaceAll('new URL("ort-wasm-simd-threaded.wasm",import.meta.url)', 'new URL("about:blank")');
  },
};

async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [withoutFiles],
    build: {
      write: false,
      target: 'chrome111',
      minify: true,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { format: 'es', codeSplitting: false } },
    },
  });
  const [{ output }] = (Array.isArray(result) ? result : [result]) as [Rolldown.RolldownOutput];
  if (output.length !== 1) throw new Error(`${entry}: one script was expected, got ${output.length} files`);
  return output[0].code;
}

export function bundledScript(): Plugin {
  return {
    name: 'bundled-script',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith(query)) return null;
      const resolved = await this.resolve(source.slice(0, -query.length), importer, { skipSelf: true });
      return resolved && `${resolved.id}${query}`;
    },
    async load(id) {
      if (!id.endsWith(query)) return null;
      // `</script>` would end the script that the text is put in.
      const text = (await bundle(id.slice(0, -query.length))).replaceAll('</script', '<\\/script').trim();
      return `export default ${JSON.stringify(text)};`;
    },
  };
}
