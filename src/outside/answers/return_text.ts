import { ERRNOS } from '../../commands/outside/errno';

/** A return value as text: its number, or the name of the error. */
export function returnText(ret: number): string {
  return ret >= 0 ? String(ret) : (ERRNOS[-ret] ?? `error ${-ret}`);
}

/** The name of an error that returnText made; undefined: it is a number, the call succeeded. */
export const errorIn = (text: string): string | undefined => (/^\d+$/.test(text) ? undefined : text);
