// What the packages of the desktop app are made of. electron-builder is not run here: its configuration is held against the sources,
// the build and the packages that are installed.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { extname, join, posix } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import build from '../../../electron.vite.config.js';
import { readLaunch, workspaceFileName } from '../../../main/services/hosting/launchArguments.js';
import { repository } from '../../repository.js';

interface Configuration {
  readonly files: readonly string[];
  readonly asar: boolean;
  readonly asarUnpack: readonly string[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly extraMetadata: { readonly main: string };
  readonly fileAssociations: readonly { readonly ext: string; readonly icon: string }[];
}

let configuration: Configuration;
beforeAll(async () => {
  const path = '../../../electron-builder.config.mjs';
  configuration = ((await import(path)) as { default: Configuration }).default;
});

const json = (path: string): unknown => JSON.parse(readFileSync(join(repository, path), 'utf8'));
const systems = ['linux', 'darwin', 'win32'];

/** Whether a path of the repository goes into the package for a system; packages that the app depends on do unless they are left out. */
function isPacked(path: string, system = 'linux'): boolean {
  const patterns = configuration.files.map((pattern) => pattern.replaceAll('${platform}', system));
  const [out, into] = [true, false].map((negated) => patterns.filter((pattern) => pattern.startsWith('!') === negated));
  const isLeftOut = out!.some((pattern) => posix.matchesGlob(path, pattern.slice(1)));
  return !isLeftOut && (path.startsWith('node_modules/') || into!.some((pattern) => posix.matchesGlob(path, pattern)));
}

function isUnpacked(path: string): boolean {
  return configuration.asarUnpack.some((pattern) => posix.matchesGlob(path, pattern));
}

function filesIn(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath.slice(repository.length).replaceAll('\\', '/'), entry.name))
    .map((path) => path.replace(/^\//, ''));
}

/** Libraries that the system loads, of the packages that go with the app and are installed here. */
function nativeLibraries(): string[] {
  const { packages } = json('package-lock.json') as { packages: Record<string, { dev?: boolean }> };
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev && existsSync(join(repository, path)))
    .flatMap(([path]) => filesIn(path))
    .filter((path) => /\.(node|dll|dylib)$|\.so(\.|$)/.test(path));
}

describe('The packed program', () => {
  test('runs this app and nothing else: fuses', () => {
    expect(configuration.asar).toBe(true);
    expect(configuration.electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      grantFileProtocolExtraPrivileges: false,
      loadBrowserProcessSpecificV8Snapshot: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
    });
  });

  test('begins with what is built as its entry', () => {
    expect(configuration.extraMetadata.main).toBe('out/main/electron.js');
    expect(build.main.build?.rolldownOptions?.input).toHaveProperty('electron', 'main/electron/index.ts');
  });

  test('takes the files of its kinds', () => {
    const [model, workspace] = configuration.fileAssociations.map(({ ext }) => `.${ext}`);
    expect(readLaunch([`/w/net${model}`], '/').model).toBe(join('/w', `net${model}`));
    expect(workspace).toBe(extname(workspaceFileName));
    for (const { icon } of configuration.fileAssociations)
      expect(existsSync(join(repository, 'resources/icons', `${icon}.svg`))).toBe(true);
  });
});

describe('The package', () => {
  test('has every entry of the build', () => {
    const entries = (part: 'main' | 'web', folder: string): string[] =>
      Object.keys(build[part].build?.rolldownOptions?.input as object).map((name) => `${folder}/${name}.js`);
    const built = [...entries('main', 'out/main'), ...entries('web', 'out/web')];
    expect(built).toEqual(expect.arrayContaining(['out/main/train.node.js', 'out/web/train.web.js']));
    const files = [
      ...built,
      'out/preload/index.cjs',
      'out/window/index.html',
      'out/main/chunks/a-1.js',
      'package.json',
    ];
    expect(files.filter((path) => !isPacked(path))).toEqual([]);
  });

  test('has the examples, as files that libraries can read', () => {
    const resources = [...filesIn('resources/datasets'), ...filesIn('resources/models')];
    expect(resources.length).toBeGreaterThan(10);
    expect(resources.filter((path) => !isPacked(path) || !isUnpacked(path))).toEqual([]);
  });

  test('has nothing of sources, tests and tools', () => {
    const others = readdirSync(repository).filter((name) => !['node_modules', 'out', 'resources'].includes(name));
    const paths = others.flatMap((name) => [name, `${name}/index.ts`, `${name}/a/b.js`]);
    const made = ['out/e2e/page.js', 'out/icons/app.png', 'out/main/cli.js.map', 'resources/pictures/run.png'];
    expect(others).toEqual(expect.arrayContaining(['tests', 'scripts', 'renderer']));
    expect([...paths, ...made].filter((path) => isPacked(path))).toEqual(['package.json']);
  });

  test('has every package that is imported at run time', () => {
    const { dependencies } = json('package.json') as { dependencies: Record<string, string> };
    const imported = ['main', 'workers', 'engine', 'contract']
      .flatMap((folder) => filesIn(folder))
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => importsOf(readFileSync(join(repository, path), 'utf8')));
    expect(imported).toContain('onnxruntime-node');
    const missing = [...new Set(imported)].filter((name) => !(name in dependencies) && name !== 'electron');
    expect(missing).toEqual([]);
  });

  test('has libraries that the system loads on disk', () => {
    const libraries = nativeLibraries();
    expect(libraries.some((path) => path.endsWith('onnxruntime_binding.node'))).toBe(true);
    expect(libraries.filter((path) => !isUnpacked(path))).toEqual([]);
  });

  test.each(systems)('for %s has its own libraries and not those of other systems', (system) => {
    const places = systems.map((other) => [
      `node_modules/onnxruntime-node/bin/napi-v6/${other}/x64/onnxruntime_binding.node`,
      `node_modules/webgpu/dist/${other}-${other === 'darwin' ? 'universal' : 'x64'}/dawn.node`,
    ]);
    // Those that are really there, so that a package that lays them out anew is noticed.
    const there = places.flat().filter((path) => existsSync(join(repository, path)));
    expect(there.length).toBeGreaterThanOrEqual(4);
    const packed = there.filter((path) => isPacked(path, system));
    expect(packed).toEqual(there.filter((path) => path.includes(`/${system}/`) || path.includes(`/${system}-`)));
  });
});

/** Packages that a source imports, but for types and what comes with Node. */
function importsOf(source: string): string[] {
  const found = source.matchAll(
    /^(?:import|export) (?!type\b)[^;]*?from '([^.][^']*)'|^import '([^.][^']*)'|\bimport\('([^.][^']*)'\)/gm,
  );
  return [...found]
    .map(([, from, bare, called]) => (from ?? bare ?? called)!)
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}
