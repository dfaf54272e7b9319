import type { WriteStream } from 'node:tty';

type Stream = Pick<WriteStream, 'isTTY'>;

/**
 * Returns whether text for a stream may have colours. NO_COLOR (no-color.org) refuses them, then FORCE_COLOR asks for
 * them; without either, a terminal has them that is not dumb.
 */
export function isColoured(stream: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isSteered(stream, env);
}

/** Returns whether the cursor of a stream can be moved: it is a terminal that is not dumb. */
export function isSteered(stream: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}
