import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What runs in the page, in any order: modules of src/report as they were compiled. */
const MODULES = [
  'picture',
  'page/svg',
  'page/words',
  'page/replay',
  'page/layout',
  'page/draw',
  'page/stepper',
  'page/main',
];

/** Where the compiled modules are: beside this one, or, where this one is not compiled (under jest), in dist/. */
const COMPILED = __filename.endsWith('.ts') ? path.resolve(__dirname, '../../dist/src/report') : __dirname;

let script: string | null = null;

/** The page's own script, whole: no module is loaded from anywhere. */
export function pageScript(): string {
  script ??= bundled(MODULES.map((name) => [path.posix.basename(name), readModule(name)]));
  return script;
}

/** What a Content-Security-Policy says of a script that it lets run. */
export function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function readModule(name: string): string {
  const text = readFileSync(path.join(COMPILED, `${name}.js`), 'utf8');
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, '').replace(/^"use strict";$/m, '');
}

/** Modules by their last names, each run when it is first asked for; the last starts. */
function bundled(modules: readonly (readonly [name: string, text: string])[]): string {
  const functions = modules
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
require(${JSON.stringify(modules[modules.length - 1][0])});
})();
`;
  // No text of ours has these, but nothing else may end a script.
  return text.replace(/<(?=\/script|!--)/gi, '\\x3c');
}
