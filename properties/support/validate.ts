import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { memoryPages, validateXML } from 'xmllint-wasm';
import { ROOT } from './cli';

// The published schemas of the formats that skbcheck writes: its own documents, SARIF, JUnit.

const SCHEMAS = path.join(ROOT, 'schemas');

/** The kinds of documents that have a schema. */
export const SCHEMA_KINDS: readonly string[] = readdirSync(SCHEMAS).map((name) => name.replace(/\.schema\.json$/, ''));

const validators = new Map<string, ValidateFunction>();

/**
 * The mistakes of a document by the schema of its kind. Fields that the schema does not name are mistakes here, although
 * a reader of documents must allow them: a field without a type would be a field without a description.
 */
export function mistakesOfDocument(document: unknown): string[] {
  const { kind } = document as { kind?: unknown };
  if (typeof kind !== 'string' || !SCHEMA_KINDS.includes(kind)) return [`no schema for the kind ${String(kind)}`];
  let validate = validators.get(kind);
  if (validate === undefined) {
    const schema = JSON.parse(readFileSync(path.join(SCHEMAS, `${kind}.schema.json`), 'utf8')) as object;
    validate = new Ajv({ allowUnionTypes: true, strictTuples: false, allErrors: true }).compile(
      closed(schema) as object,
    );
    validators.set(kind, validate);
  }
  return validate(document) ? [] : textsOf(validate.errors);
}

/** The schema with every object that names properties closed for others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return parts.type === 'object' && parts.properties !== undefined && parts.additionalProperties === undefined
    ? { ...parts, additionalProperties: false }
    : parts;
}

let sarif: ValidateFunction | undefined;

/** The mistakes of a log by the published schema of SARIF 2.1.0, which the package @microsoft/jest-sarif ships. */
export function mistakesOfSarif(log: unknown): string[] {
  if (sarif === undefined) {
    const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
    const ajv = new AjvDraft04({ allErrors: true, strict: false, unicodeRegExp: false });
    addFormats(ajv);
    sarif = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  }
  return sarif(log) ? [] : textsOf(sarif.errors);
}

/** The mistakes of a file for CI systems by the XML schema of Jenkins for JUnit. */
export async function mistakesOfJunit(xml: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: xml }],
    schema: [readFileSync(path.join(__dirname, 'junit.xsd'), 'utf8')],
    maxMemoryPages: memoryPages.GiB,
  });
  return errors.map(({ message }) => message);
}

function textsOf(errors: readonly ErrorObject[] | null | undefined): string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
