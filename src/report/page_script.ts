import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What starts in the page; the modules that it needs follow from what it requires. */
const START = 'page/main';

/** Where the compiled modules are: beside this one, or, where this one is not compiled (under jest), in dist/. */
const COMPILED = __filename.endsWith('.ts') ? path.resolve(__dirname, '../../dist/src/report') : __dirname;

let script: string | null = null;

/** The page's own script, whole: no module is loaded from anywhere. */
export function pageScript(): string {
  script ??= bundled(modulesFrom(START));
  return script;
}

/** What a Content-Security-Policy says of a script that it lets run. */
export function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** By name: the text of a module and of all that it requires. Last names are unique. */
function modulesFrom(start: string): Map<string, string> {
  const modules = new Map<string, string>();
  const add = (name: string): void => {
    const last = path.posix.basename(name);
    if (modules.has(last)) return;
    const text = readModule(name);
    modules.set(last, text);
    for (const [, required] of text.matchAll(/\brequire\("(\.[^"]+)"\)/g))
      add(path.posix.join(path.posix.dirname(name), required));
  };
  add(start);
  return modules;
}

function readModule(name: string): string {
  const text = readFileSync(path.join(COMPILED, `${name}.js`), 'utf8');
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, '').replace(/^"use strict";$/m, '');
}

/** Modules by their last names, each run when it is first asked for; the first starts. */
function bundled(modules: ReadonlyMap<string, string>): string {
  const functions = [...modules]
    .map(([name, text]) => `${JSON.stringify(name)}(exports, require) {\n${text}\n}`)
    .join(',\n');
  const text = `(() => {
'use strict';
const made = {};
const modules = {\n${functions}\n};
const require = (path) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (made[name] === undefined) modules[name]((made[name] = {}), require);
  return made[name];
};
require(${JSON.stringify([...modules.keys()][0])});
})();
`;
  // No text of ours has these, but nothing else may end a script.
  return text.replace(/<(?=\/script|!--)/gi, '\\x3c');
}
