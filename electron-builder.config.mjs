// Packages of the desktop app: `npm run package`. See scripts/package.mjs.

export default {
  appId: 'org.descent.workbench',
  productName: 'Descent',
  copyright: 'MIT licence',
  directories: {
    output: 'dist',
    // Made from resources/icons by scripts/icons.mjs.
    buildResources: 'out/icons',
  },
  extraMetadata: { main: 'out/main/electron.js' },
  files: [
    'out/main/**',
    'out/preload/**',
    'out/web/**',
    'out/window/**',
    'resources/**',
    'package.json',
    '!**/*.map',
    // Of the packages and of the README.
    '!resources/icons/**',
    '!resources/pictures/**',
    // Libraries of other systems. (Patterns of one system alone would be taken for a list of their own, which begins with everything.)
    '!**/node_modules/onnxruntime-node/bin/*/!(${platform})/**',
    '!**/node_modules/webgpu/dist/!(${platform}-*)/**',
  ],
  // All native modules are built for Node-API, and none has an install script.
  npmRebuild: false,
  asar: true,
  // Libraries that the system loads must lie on disk as files.
  asarUnpack: [
    '**/node_modules/onnxruntime-node/**',
    '**/node_modules/onnxruntime-common/**',
    '**/node_modules/libsql/**',
    '**/node_modules/@libsql/**',
    '**/node_modules/@neon-rs/**',
    '**/node_modules/detect-libc/**',
    '**/node_modules/@duckdb/**',
    '**/node_modules/sharp/**',
    '**/node_modules/@img/**',
    '**/node_modules/webgpu/**',
    'resources/**',
  ],
  // The packed program runs this app and nothing else.
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  fileAssociations: [
    {
      ext: 'onnx',
      name: 'ONNX model',
      description: 'A neural network in the ONNX format',
      mimeType: 'application/x-onnx',
      role: 'Viewer',
      icon: 'file',
    },
    {
      ext: 'descent',
      name: 'Descent workspace',
      description: 'A folder of data sets, models and runs',
      mimeType: 'application/x-descent-workspace',
      role: 'Editor',
      icon: 'file',
    },
  ],
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    icon: 'app.png',
    maintainer: 'Descent',
    synopsis: 'An offline workbench for neural networks',
  },
  mac: {
    target: 'dmg',
    category: 'public.app-category.developer-tools',
    icon: 'app.icns',
    hardenedRuntime: true,
  },
  win: { target: 'nsis', icon: 'app.ico' },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true, perMachine: false },
};
