'use strict';
// `npm run schemas`: schemas/KIND.schema.json for each kind of document, made from the type Documents; with an
// argument, into that folder.

const fs = require('node:fs');
const path = require('node:path');
const { createGenerator } = require('ts-json-schema-generator');
const prettier = require('prettier');

const root = path.resolve(__dirname, '..');
const folder = path.join(root, 'schemas');
const DOCUMENTS = 'src/report/documents/documents.ts';

/** The version is read from the sources, where it stands beside the type. */
function formatVersion() {
  const text = fs.readFileSync(path.join(root, DOCUMENTS), 'utf8');
  return Number(/FORMAT_VERSION = (\d+);/.exec(text)[1]);
}

/** The text of each schema, by the name of its file. */
async function schemas() {
  const all = createGenerator({
    path: path.join(root, DOCUMENTS),
    tsconfig: path.join(root, 'tsconfig.json'),
    type: 'Documents',
    expose: 'all',
    topRef: true,
    jsDoc: 'extended',
    // A reader of a document must not fail on the fields of a later release.
    additionalProperties: true,
    skipTypeCheck: true,
  }).createSchema('Documents');
  const { definitions } = all;
  const options = await prettier.resolveConfig(path.join(folder, 'x.json'));
  const made = {};
  for (const [kind, field] of Object.entries(definitions.Documents.properties)) {
    const schema = schemaOf(kind, field, definitions);
    const text = await prettier.format(JSON.stringify(schema), { ...options, parser: 'json' });
    made[`${kind}.schema.json`] = text;
  }
  return made;
}

function schemaOf(kind, field, definitions) {
  const body = resolved(field, definitions);
  if (body.type !== 'object' || body.properties === undefined) throw new Error(`the document '${kind}' is no object`);
  const { description, properties, required = [] } = body;
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `skbcheck ${kind}`,
    ...(description === undefined ? {} : { description }),
    type: 'object',
    properties: { version: { const: formatVersion() }, kind: { const: kind }, ...properties },
    required: ['version', 'kind', ...required],
  };
  const used = reachable(schema, definitions);
  return used.length === 0
    ? schema
    : { ...schema, definitions: Object.fromEntries(used.map((name) => [name, definitions[name]])) };
}

function resolved(schema, definitions) {
  return schema.$ref === undefined ? schema : resolved(definitions[nameIn(schema.$ref)], definitions);
}

function nameIn(ref) {
  return decodeURIComponent(ref.replace('#/definitions/', ''));
}

/** The names of the definitions that the schema needs, sorted. */
function reachable(schema, definitions) {
  const names = new Set();
  const visit = (value) => {
    if (typeof value !== 'object' || value === null) return;
    if (typeof value.$ref === 'string' && !names.has(nameIn(value.$ref))) {
      names.add(nameIn(value.$ref));
      visit(definitions[nameIn(value.$ref)]);
    }
    Object.values(value).forEach(visit);
  };
  visit(schema);
  return [...names].sort();
}

async function main(into) {
  const made = Object.entries(await schemas());
  fs.rmSync(into, { recursive: true, force: true });
  fs.mkdirSync(into);
  for (const [name, text] of made) fs.writeFileSync(path.join(into, name), text);
}

main(process.argv[2] ?? folder).catch((error) => {
  process.stderr.write(`schemas: ${error.message}\n`);
  process.exitCode = 1;
});
