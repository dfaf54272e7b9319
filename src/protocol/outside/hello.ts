import { linesOf } from './lines';

/** The facts that the init program states about its machine. */
export interface OutsideHello {
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly cpus: number;
  readonly memory_kib: number;
  /** Modules that were loaded, and how long that took. */
  readonly modules: number;
  readonly load_ms: number;
  /** Modules of the distribution that were not loaded, each with the reason. */
  readonly failures: readonly string[];
  /** Modules that the kernel does not have as files: it has them built in, or not at all. */
  readonly missing: readonly string[];
}

/** Reads the payload of the reply to OutsideHello. */
export function decodeOutsideHello(payload: Buffer): OutsideHello {
  const lines = linesOf(payload.toString('latin1'));
  const values = new Map(lines);
  const all = (name: string): string[] => lines.filter((line) => line[0] === name).map(([, value]) => value);
  const number = (name: string): number => Number(values.get(name) ?? 0);
  return {
    release: values.get('release') ?? '',
    cpus: number('cpus'),
    memory_kib: number('memory_kib'),
    modules: number('modules'),
    load_ms: number('load_ms'),
    failures: all('failure'),
    missing: all('missing'),
  };
}
