// The schemas of the documents that `--json` prints are made from their types, and are in the package.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FORMAT_VERSION } from '../src/report/documents/documents';
import { folderForTests, ROOT } from './support/cli';
import { mistakesOfDocument, SCHEMA_KINDS } from './support/validate';

const SCHEMAS = path.join(ROOT, 'schemas');
const folder = folderForTests('schemas');

const filesIn = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(path.join(directory, name), 'utf8')]),
  );

test('the schemas in the tree are those of the types; npm run schemas makes them', () => {
  const made = path.join(folder, 'made');
  const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'tools', 'make_schemas.js'), made]);
  expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
  expect(filesIn(SCHEMAS)).toEqual(filesIn(made));
});

test('the package has them', () => {
  const { files } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toContain('schemas');
});

test.each([
  ['another version', { version: FORMAT_VERSION + 1 }],
  ['no exit code', { exitCode: undefined }],
  ['a code that is none', { code: 'oops' }],
  ['a field without a type', { more: 1 }],
  ['a kind without a schema', { kind: 'nothing' }],
])('a document with %s is refused', (_name, change) => {
  const document = { version: FORMAT_VERSION, kind: 'error', code: 'usage', exitCode: 2, message: 'no such file' };
  expect(mistakesOfDocument(document)).toEqual([]);
  expect(mistakesOfDocument(JSON.parse(JSON.stringify({ ...document, ...change })))).not.toEqual([]);
});

test('each kind has the version that programs can ask for', () => {
  for (const kind of SCHEMA_KINDS) {
    const { properties } = JSON.parse(readFileSync(path.join(SCHEMAS, `${kind}.schema.json`), 'utf8')) as {
      properties: Record<string, unknown>;
    };
    expect(properties).toMatchObject({ version: { const: FORMAT_VERSION }, kind: { const: kind } });
  }
});
