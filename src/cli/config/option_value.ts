import type { Option } from 'commander';
import { UsageError } from '../../session/errors';

const YES = ['1', 'true', 'yes', 'on'];
const NO = ['', '0', 'false', 'no', 'off'];

/** The name of an option in files: `time`, `max-states`; of `--no-branches` it is `branches`. */
export function nameOf(option: Option): string {
  return option.name().replace(/^no-/, '');
}

/** `SKBCHECK_MAX_STATES`. */
export function variableOf(option: Option): string {
  return `SKBCHECK_${nameOf(option).toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The value of an option as the command line would have given it.
 *
 * @param from - the place of the value, for the error
 * @throws UsageError when the option cannot have it
 */
export function optionValue(option: Option, value: unknown, from: string): unknown {
  if (option.isBoolean() || option.negate) {
    if (typeof value === 'boolean') return value;
    throw new UsageError(`${from}: '${nameOf(option)}' is true or false, not ${JSON.stringify(value)}`);
  }
  if (isRepeatable(option)) {
    const list = Array.isArray(value) ? value : [value];
    if (list.every(isText)) return list.map(String);
  } else if (isText(value)) return String(value);
  throw new UsageError(`${from}: '${nameOf(option)}' takes a text or a number, not ${JSON.stringify(value)}`);
}

/** The same of the text of a variable. */
export function variableValue(option: Option, text: string): unknown {
  const from = variableOf(option);
  if (option.isBoolean() || option.negate) {
    const word = text.toLowerCase();
    if (YES.includes(word)) return true;
    if (NO.includes(word)) return false;
    throw new UsageError(`${from} is 1 or 0, not '${text}'`);
  }
  return isRepeatable(option) ? text.split(',') : text;
}

/** An option that may be given several times collects its values in a list. */
export function isRepeatable(option: Option): boolean {
  return option.parseArg !== undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
