'use strict';
// Start-up of the built command line: it has some 800 modules, and to find, read and compile them takes longer than
// most command lines need for their work. The build keeps the sources with V8's compiled code in dist/code_cache, which
// is for one build: after another, and where that file was removed (for changes in dist/ by hand), each module is
// loaded from its own file. `node -r` of this file lets a process that is forked start so, too.

const { Buffer } = require('node:buffer');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');

const built = path.resolve(__dirname, '..', 'dist');
const SELF = path.join(__dirname, 'code_cache.js');
const kept = path.join(built, 'code_cache');
const MAIN = path.join(built, 'src', 'cli', 'main.js');

/** The functions of modules see the same five names as those that Node wraps. */
const BEFORE = '(function (exports, require, module, __filename, __dirname) { ';
const AFTER = '\n})';

/** Compiled code fits the version and the options of V8 that made it. */
const version = () => `${process.version} ${process.arch} ${v8.cachedDataVersionTag()}`;

/** The compiler writes this file each time that it writes others. */
const builtAt_ms = () => fs.statSync(path.join(built, 'build.tsbuildinfo')).mtimeMs;

/** V8 gives code of its cache no way to load a module by `import()`. */
const canKeep = (source) => !/\bimport\(/.test(source);

const scriptOf = (file, source, cachedData) => new vm.Script(source, { filename: file, cachedData });

/**
 * The kept modules, each with the places of its source and its code in `bytes`. Null: they are of another build, or not
 * whole.
 */
function readKept() {
  try {
    const bytes = fs.readFileSync(kept);
    const headBytes = bytes.readUInt32LE(0);
    const head = JSON.parse(bytes.toString('utf8', 4, 4 + headBytes));
    if (head.builtAt_ms !== builtAt_ms()) return null;
    const rest = bytes.subarray(4 + headBytes);
    if (rest.length !== head.length) return null;
    return { bytes: rest, modules: head.modules, hasCode: head.version === version() };
  } catch {
    return null;
  }
}

/** The file that a relative path names from one of the kept modules; undefined when it is none of them. */
function keptFile(modules, request, parent) {
  if (request[0] !== '.' || parent?.filename === undefined || !modules.has(parent.filename)) return undefined;
  const named = path.join(path.dirname(parent.filename), request);
  return [`${named}.js`, path.join(named, 'index.js'), named].find((file) => modules.has(file));
}

/** From now on the kept modules of dist/ come from the one file. Other modules are loaded as always. */
function useCodeCache() {
  // Branches are counted in code that is made of the sources.
  if (process.env.SKBCHECK_COVERAGE === '1') return;
  const found = readKept();
  if (found === null) return;
  const { bytes, modules, hasCode } = found;
  const root = path.dirname(built);
  const files = new Map(modules.map((row) => [path.join(root, row.file), row]));

  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    return keptFile(files, request, parent) ?? resolve.call(this, request, parent, ...rest);
  };
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = function (module, file) {
    const row = files.get(file);
    if (row === undefined) return load.call(this, module, file);
    const source = bytes.toString('utf8', row.at, row.at + row.sourceBytes);
    const codeAt = row.at + row.sourceBytes;
    const code = hasCode ? bytes.subarray(codeAt, codeAt + row.codeBytes) : undefined;
    const script = scriptOf(file, source, code);
    const wrapped = script.runInThisContext();
    wrapped.call(module.exports, module.exports, requireOf(module), module, file, path.dirname(file));
  };
  if (!process.execArgv.includes(SELF)) process.execArgv.push('-r', SELF);
}

/** As Node gives it to a module: modules under dist/ ask for no more than these. */
function requireOf(module) {
  const require = (request) => module.require(request);
  require.resolve = (request) => Module._resolveFilename(request, module);
  require.cache = Module._cache;
  require.main = process.mainModule;
  return require;
}

/** Loads the command line, and keeps each module of dist/ that it loads. */
function makeCodeCache() {
  const made = [];
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = function (module, file) {
    const text = fs.readFileSync(file, 'utf8');
    if (!file.startsWith(built + path.sep) || !canKeep(text)) return load.call(this, module, file);
    const source = `${BEFORE}${text}${AFTER}`;
    const script = scriptOf(file, source);
    made.push({ file: path.relative(path.dirname(built), file), source, script });
    const wrapped = script.runInThisContext();
    wrapped.call(module.exports, module.exports, requireOf(module), module, file, path.dirname(file));
  };
  require(MAIN);
  const parts = [];
  let at = 0;
  const modules = made.map(({ file, source, script }) => {
    const code = script.createCachedData();
    const row = { file, at, sourceBytes: Buffer.byteLength(source), codeBytes: code.length };
    parts.push(Buffer.from(source), code);
    at += row.sourceBytes + row.codeBytes;
    return row;
  });
  const head = Buffer.from(JSON.stringify({ version: version(), builtAt_ms: builtAt_ms(), length: at, modules }));
  const headBytes = Buffer.alloc(4);
  headBytes.writeUInt32LE(head.length);
  fs.writeFileSync(`${kept}.${process.pid}`, Buffer.concat([headBytes, head, ...parts]));
  fs.renameSync(`${kept}.${process.pid}`, kept);
}

if (require.main === module) makeCodeCache();
else useCodeCache();
