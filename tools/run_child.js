'use strict';
// Runs a program to its end. Signals to this process go on to the program, and none of its processes outlives them.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { constants } = require('node:os');
const { setTimeout } = require('node:timers');

const SIGNALS = ['SIGINT', 'SIGTERM'];
/** The time that the program has to end by itself after a signal. */
const GRACE_MS = 1000;

/** This process got a signal, and its program has ended. */
class Interrupted extends Error {
  constructor(signal) {
    super(`ended by ${signal}`);
    this.exitCode = exitCodeOf(signal);
  }
}

/** As shells count: 130 for SIGINT, 143 for SIGTERM. */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/**
 * @param command - looked for in PATH
 * @param args - passed as they are
 * @param options - of spawn; what `stdio` pipes to this process is collected
 * @returns the exit code, and the collected text of both streams
 * @throws Interrupted when this process got a signal meanwhile; an error with a code when the program cannot start
 */
function runChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    let received;
    const onSignal = (signal) => {
      const family = processesUnder(child.pid);
      if (received === undefined) child.kill(signal);
      else endAll(family);
      received = signal;
      setTimeout(() => endAll([...family, ...processesUnder(child.pid)]), GRACE_MS).unref();
      child.once('exit', () => endAll(family));
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    const end = (settle) => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      settle();
    };
    child.once('error', (error) => end(() => reject(error)));
    child.once('close', (status, signal) =>
      end(() => {
        if (received !== undefined) reject(new Interrupted(received));
        else resolve({ code: status ?? exitCodeOf(signal), output });
      }),
    );
  });
}

/** The process and all that it started, directly or not; only the process where there is no /proc. */
function processesUnder(pid) {
  const children = new Map();
  for (const name of namesIn('/proc')) {
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family;
}

function namesIn(folder) {
  try {
    return fs.readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** The fourth word of the file; the second is the name in parentheses, in which anything may stand. */
function parentOf(pid) {
  try {
    return Number(/.*\) \S+ (\d+)/s.exec(fs.readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]);
  } catch {
    return undefined;
  }
}

function endAll(pids) {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

module.exports = { Interrupted, runChild };
