import type { StepResult } from '../../commands/outside/step';
import type { CallAnswer } from './answer';
import type { AnsweredStep, Reading } from './reading';
import { argOf, isLoose } from './descriptors';
import type { FreeChoiceName } from './free_choices';
import { outFields, isMeminfo } from './out_fields';
import { returnText } from './return_text';

/**
 * The answer to a drain: all bytes that it read, and how it ended. The reads of a stream are one text, since nobody
 * promises where it is cut; each datagram stands behind its length.
 */
export function drainAnswer(reading: Reading, steps: readonly AnsweredStep[]): Omit<CallAnswer, 'at'> {
  const id = argOf(reading.compiled, 'fd') ?? -1;
  const file = reading.files.get(id);
  const reads = steps.filter(({ isMain }) => isMain).flatMap(({ results }) => results);
  const last = reads.at(-1);
  const isStream = file === undefined || file.type === 'stream' || file.what !== 'socket';
  const data = Buffer.concat(reads.flatMap((read) => piecesOf(read, isStream)));
  const bytes = Buffer.concat(reads.flatMap((read) => piecesOf(read, true)));
  const atEnd = last?.ret === 0;
  const choice = choiceOf(reading, id, atEnd);
  const blocked = isLoose(file) && file?.tls !== null ? { choice: 'blocked' as const } : {};
  const rest = steps.filter(({ step }) => isMeminfo(step));
  return {
    fields: [
      { name: 'end', value: last === undefined ? 'no answer' : endText(last), ...blocked },
      { name: 'data', value: data, ...(choice === undefined ? {} : { choice }) },
      ...rest.flatMap(({ step, results }) =>
        results.flatMap((result) => [
          { name: 'getsockopt return value', value: returnText(result.ret) },
          ...(result.ret < 0 ? [] : outFields(reading, step, result)),
        ]),
      ),
    ],
    taken: { fd: id, bytes, atEnd },
  };
}

/** A drain of a file, or of more datagrams than it takes, ends with a number of bytes. */
const endText = ({ ret }: StepResult): string => (ret > 0 ? 'more' : returnText(ret));

/** At the end of a stream all its bytes are there. */
function choiceOf({ files }: Reading, id: number, atEnd: boolean): FreeChoiceName | undefined {
  const file = files.get(id);
  if (file?.family === 'packet') return 'frames';
  if (isLoose(file)) return atEnd ? undefined : 'cut';
  return file?.type === 'dgram' && file.what === 'socket' ? 'dropped' : undefined;
}

function piecesOf({ ret, out }: StepResult, isStream: boolean): Buffer[] {
  if (ret <= 0 || out.length === 0) return [];
  if (isStream) return [out[0]];
  const length = Buffer.alloc(4);
  length.writeUInt32LE(ret);
  return [length, out[0]];
}
