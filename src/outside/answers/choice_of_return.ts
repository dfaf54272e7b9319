import type { OutsideName } from '../../commands/outside/outside_name';
import type { Reading } from './reading';
import { argOf, isLoose } from './descriptors';
import type { FreeChoiceName } from './free_choices';

/** Calls whose return value is a number of bytes that went into a buffer of limited room. */
const SENDS: readonly OutsideName[] = [
  ...(['send', 'send_control', 'send_raw', 'send_record', 'raw_record', 'send_fd', 'sendfile'] as const),
  ...(['uring_send', 'uring_send_zc'] as const),
];

const RECEIVES: readonly OutsideName[] = ['recv', 'recv_fd', 'uring_recv'];

/** The choice that the kernel has in the return value of a call; undefined: it has none. */
export function choiceOfReturn(reading: Pick<Reading, 'compiled' | 'name' | 'files'>): FreeChoiceName | undefined {
  const { compiled, name, files } = reading;
  const fileOf = (arg: string) => files.get(argOf(compiled, arg) ?? -1);
  if (SENDS.includes(name)) return 'room';
  if (name === 'splice') return choiceOfSplice(fileOf('from')?.what, fileOf('to')?.what);
  if (!RECEIVES.includes(name)) return undefined;
  const fd = fileOf('fd');
  if (isLoose(fd)) return 'cut';
  if (fd?.family === 'packet') return 'frames';
  return fd?.type === 'dgram' ? 'dropped' : undefined;
}

function choiceOfSplice(from: string | undefined, to: string | undefined): FreeChoiceName | undefined {
  if (from === 'socket') return 'pieces';
  return to === 'socket' ? 'room' : undefined;
}
