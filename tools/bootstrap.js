'use strict';
// Prepares a checkout: the npm packages that package-lock.json names, and dist/ built from the sources. Plain
// JavaScript on Node builtins, because it runs on a fresh clone. All messages go to stderr.

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Interrupted, runChild } = require('./run_child.js');

const root = path.resolve(__dirname, '..');
const modules = path.join(root, 'node_modules');
const packagesStamp = path.join(modules, '.skbcheck-stamp');
const buildStamp = path.join(root, 'dist', '.skbcheck-stamp');
const lock = path.join(root, '.skbcheck-lock');

/** The folders that tsconfig.build.json compiles. */
const BUILT_FOLDERS = ['src', 'fuzz', 'bench'];
const BUILT_FROM = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
const EXIT_UNUSABLE = 3;

/** A reason to stop that the user sees as it is, without a stack trace. */
class SetupError extends Error {}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function say(message) {
  process.stderr.write(`skbcheck: ${message}\n`);
}

/** A published package has no sources beside it: nothing to install, nothing to build. */
function isCheckout() {
  return fs.existsSync(path.join(root, 'tsconfig.build.json'));
}

function lockfileHash() {
  return crypto
    .createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function packagesAreCurrent() {
  return read(packagesStamp) === lockfileHash();
}

/**
 * Records that node_modules has the packages of package-lock.json, and lets `npx skbcheck` find the command of this
 * checkout.
 */
function markPackages() {
  const link = path.join(modules, '.bin', 'skbcheck');
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true });
  if (process.platform !== 'win32') fs.symlinkSync(path.join('..', '..', 'bin', 'skbcheck.js'), link);
  fs.writeFileSync(packagesStamp, lockfileHash());
}

function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.[cm]?js$/.test(script) && fs.existsSync(script)) return [process.execPath, script];
  return ['npm'];
}

/** The reason that npm gives for its failure, as one line. */
function npmReason(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(output)) {
    return 'the package registry cannot be reached (offline?)';
  }
  const lines = output.split('\n').map((line) => /^npm (?:error|ERR!) +(.+)$/.exec(line));
  const telling = lines.flatMap((found) => (found && !/^code /.test(found[1]) ? [found[1]] : []));
  return telling[0] || 'npm gave no reason';
}

async function installPackages() {
  // npm ci would empty the folder behind the link: another checkout's, whose packages may be right.
  if (fs.lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new SetupError(
      'node_modules is a symbolic link, and its packages are not those of package-lock.json: ' +
        'remove the link, and run this again',
    );
  }
  say('installing the npm packages (npm ci), once');
  const [command, ...before] = npmCommand();
  const env = { ...process.env };
  // Under npx these would make the inner npm look elsewhere.
  for (const name of ['npm_config_package', 'npm_config_call', 'npm_config_global', 'npm_config_prefix'])
    delete env[name];
  const args = [...before, 'ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = runChild(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, output } = await npm.catch((error) => {
    if (error instanceof Interrupted) throw error;
    throw new SetupError(`npm cannot be run (${error.code}); it comes with Node 20`);
  });
  if (code !== 0) throw new SetupError(`npm ci failed: ${npmReason(output)}`);
  markPackages();
}

/** Every file that the build reads, with its time and size, so that an added, changed or removed file shows. */
function sourceListing() {
  const lines = [];
  const add = (file) => {
    const { mtimeMs, size } = fs.statSync(path.join(root, file));
    lines.push(`${file} ${mtimeMs} ${size}`);
  };
  const walk = (folder) => {
    const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(file);
      else if (/\.m?ts$/.test(entry.name)) add(file);
    }
  };
  BUILT_FROM.forEach(add);
  BUILT_FOLDERS.filter((folder) => fs.existsSync(path.join(root, folder))).forEach(walk);
  return lines.join('\n');
}

/** Runs the project's own TypeScript compiler; its complaints go to stderr. */
async function compile(project) {
  const tsc = path.join(modules, 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', project, '--pretty', String(Boolean(process.stderr.isTTY))];
  const { code } = await runChild(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new SetupError(`tsc -p ${project} failed`);
}

/** Files that were removed from the sources must not live on in dist/. */
function dropStaleOutput(previous, listing) {
  const names = (text) => text.split('\n').map((line) => line.split(' ')[0]);
  const present = new Set(names(listing));
  if (names(previous).some((name) => !present.has(name))) {
    fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  }
}

async function build() {
  const listing = sourceListing();
  dropStaleOutput(read(buildStamp) || '', listing);
  fs.rmSync(buildStamp, { force: true });
  await compile('tsconfig.build.json');
  fs.writeFileSync(buildStamp, listing);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands started at once in one checkout must not install or build over each other. */
async function withLock(work) {
  for (let tries = 0; ; tries++) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw new SetupError(`cannot write to the checkout: ${error.message}`);
      const pid = Number(read(lock) || 0);
      if (tries === 30) say(`waiting for process ${pid} to install or build here (if it is gone, remove ${lock})`);
      if (pid > 0 && !isAlive(pid)) fs.rmSync(lock, { force: true });
      else await sleep(100);
    }
  }
  try {
    await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function needsWork() {
  return !packagesAreCurrent() || read(buildStamp) !== sourceListing();
}

/** Installs and builds whatever is missing; costs a few milliseconds otherwise. */
async function bootstrap() {
  if (!isCheckout() || !needsWork()) return;
  await withLock(async () => {
    if (!packagesAreCurrent()) await installPackages();
    if (read(buildStamp) !== sourceListing()) await build();
  });
}

/** Installs only the packages, for tools that read the sources themselves. */
async function bootstrapPackages() {
  if (packagesAreCurrent()) return;
  await withLock(async () => {
    if (!packagesAreCurrent()) await installPackages();
  });
}

/** Runs `work`; a SetupError becomes one line and exit code 3, a signal its exit code. */
async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return EXIT_UNUSABLE;
  }
}

module.exports = { SetupError, bootstrap, bootstrapPackages, compile, guarded, markPackages, root };
