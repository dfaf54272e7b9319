import { PREEMPTION_POINTS } from '../model/world/preemption';
import type { LineReader } from './line_reader';
import { didYouMean } from './did_you_mean';
import { parseInteger } from './parse_value';
import type { Moment } from './program';

/** No call passes a point more often, because the objects of one call are limited. */
const PASS_MAX = 1024;

/** Parses the words after `cpu1`: `at 'POINT':`, or `at 'POINT', pass N:`. */
export function parseMoment(reader: LineReader): Moment {
  reader.skipSpace();
  const start = reader.at;
  if (reader.word('') !== 'at') {
    reader.at = start;
    throw reader.expected("'at' and the name of a point after cpu1");
  }
  reader.skipSpace();
  const from = reader.at;
  const name = reader.quoted();
  if (name === null) throw reader.expected('the name of a point in quotes');
  const point = PREEMPTION_POINTS.find((known) => known === name);
  if (point === undefined) throw reader.error(`no point '${name}'${didYouMean(name, PREEMPTION_POINTS)}`, from);
  const pass = reader.peek() === ',' ? parsePass(reader) : 1;
  reader.take(':', "',' or ':' after the point");
  return { point, pass };
}

function parsePass(reader: LineReader): number {
  reader.at++;
  reader.skipSpace();
  const start = reader.at;
  if (reader.word('') !== 'pass') {
    reader.at = start;
    throw reader.expected("'pass' and a number");
  }
  return parseInteger(reader, 'pass', 1, PASS_MAX);
}
