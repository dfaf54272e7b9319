'use strict';
// `npm run docs`: the pages of docs/reference/ that are made from the program. With `man`: the manual, in man/, which
// npm packs and does not keep in git.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { bootstrap, guarded, root } = require('./bootstrap.js');

/** The day of the last commit, so that the same commit gives the same pages. */
function dayOfCommit() {
  try {
    return execFileSync('git', ['log', '-1', '--format=%cs'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return new Date(fs.statSync(path.join(root, 'package.json')).mtimeMs).toISOString().slice(0, 10);
  }
}

function write(pages) {
  for (const [file, text] of pages) {
    const place = path.join(root, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, text);
  }
  process.stderr.write(`skbcheck: ${pages.size} pages written\n`);
}

guarded(() => {
  bootstrap();
  const built = (file) => require(path.join(root, 'dist', 'src', file));
  const { manPages, referencePages } = built('cli/help/reference_pages.js');
  if (process.argv[2] === 'man') return write(manPages(dayOfCommit()));
  return write(referencePages(built('search/command_example.js').exampleOf));
}).then((code) => (process.exitCode = code));
