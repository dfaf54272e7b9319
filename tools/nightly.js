'use strict';
// `npm run nightly`: a campaign over every scenario, profile and target that is set up, on every core. Each night has a
// directory of its own, nightly/2026-11-29: a campaign whose time is over would search nothing more. It begins with the
// corpus and the known findings of the latest earlier night, because kept programs are the first to find a rare bug
// that a change of the day brought in. The same command on the same day continues the campaign of that day.
//
// --dir DIR is the folder of the nights, --date 2026-11-29 replaces today's date. Other arguments go to the campaign.

const { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } = require('node:fs');
const path = require('node:path');

const FOLDER = 'nightly';
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** The files that a night takes over from the one before it. */
const CARRIED = ['corpus', 'known.json'];
const EXIT_USAGE = 2;

/** Takes an option with its value out of the arguments: `--dir x` or `--dir=x`. */
function taken(args, name) {
  const at = args.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at < 0) return undefined;
  if (args[at] !== name) return args.splice(at, 1)[0].slice(name.length + 1);
  return args.splice(at, 2)[1] ?? '';
}

/** The day at this place, as `date +%F` prints it. */
function today() {
  const now = new Date();
  const digits = (number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${digits(now.getMonth() + 1)}-${digits(now.getDate())}`;
}

/** The latest night before a date that has something to take over. */
function latestBefore(folder, date) {
  const nights = existsSync(folder) ? readdirSync(folder).filter((name) => DATE.test(name) && name < date) : [];
  const useful = (night) => CARRIED.some((name) => existsSync(path.join(folder, night, name)));
  return nights.sort().reverse().find(useful);
}

/** Copies something whole or not at all: a night that was stopped meanwhile takes it over again. */
function carry(from, to) {
  if (!existsSync(from) || existsSync(to)) return false;
  const part = `${to}.part`;
  rmSync(part, { recursive: true, force: true });
  cpSync(from, part, { recursive: true });
  renameSync(part, to);
  return true;
}

function begin(folder, date) {
  const directory = path.join(folder, date);
  const before = latestBefore(folder, date);
  if (before === undefined || existsSync(path.join(directory, 'campaign.json'))) return directory;
  mkdirSync(directory, { recursive: true });
  const carried = CARRIED.filter((name) => carry(path.join(folder, before, name), path.join(directory, name)));
  if (carried.length > 0) process.stderr.write(`${directory}: takes over ${carried.join(' and ')} of ${before}\n`);
  return directory;
}

function main(args) {
  const folder = taken(args, '--dir') ?? FOLDER;
  const date = taken(args, '--date') ?? today();
  if (!DATE.test(date) || folder === '') {
    process.stderr.write(`nightly: error: --dir takes a folder, and --date a day such as ${today()}\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  const hasEnd = args.some((word) => /^--(time|commands)(=|$)/.test(word));
  const directory = begin(folder, date);
  require('./cli.js').runCli(['campaign', '--dir', directory, ...(hasEnd ? [] : ['--time', '8h']), ...args]);
}

main(process.argv.slice(2));
