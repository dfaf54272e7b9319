import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The module that starts in the page; the modules that it requires follow. */
const START = 'page/main';

/** Directory of the compiled modules: that of this module, or dist/ where this module runs uncompiled (under jest). */
const COMPILED = __filename.endsWith('.ts') ? path.resolve(__dirname, '../../dist/src/report') : __dirname;

let script: string | null = null;

/** The page's whole script, which loads no other module. */
export function pageScript(): string {
  script ??= bundled(modulesFrom(START));
  return script;
}

/** The source expression with which a Content-Security-Policy allows a script. */
export function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** By name: the text of a module and of all modules that it requires. Base names are unique. */
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

/** Modules by their base names. Each runs when it is first required; the first starts the script. */
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
  // These sequences would end a script element or open a comment. No module has them today.
  return text.replace(/<(?=\/script|!--)/gi, '\\x3c');
}
