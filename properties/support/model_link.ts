import type { Answer, Link } from '../../src/lockstep/link';
import { answerOf } from '../../src/lockstep/wire';
import { encodeRequest } from '../../src/protocol/message_bytes';
import { MessageType } from '../../src/protocol/messages';
import type { Profile } from '../../src/rules/profiles';
import { ModelServer } from '../../src/targets/serve';

/** The acts of a target of a test, beside the model. */
export interface Behaviour {
  /** Acts on an answer, or gives another one. */
  readonly onAnswer?: (answer: Answer, request: Uint32Array) => Answer;
  readonly splats?: string;
  readonly memoryInUse?: () => number;
}

/** The model of a profile, or of a mutant's, as a target in this process. */
export function modelLink(name: string, profile: Profile, behaviour: Behaviour = {}): Link {
  const server = new ModelServer(profile);
  const { onAnswer = (answer) => answer, splats = '', memoryInUse = () => 0 } = behaviour;
  return {
    name,
    profile: profile.name,
    abi: profile.abi,
    execute: (request) => {
      const reply = server.answer(encodeRequest(MessageType.Exec, request));
      const words = new Uint32Array(request.buffer.slice(request.byteOffset, request.byteOffset + request.length));
      return Promise.resolve(onAnswer(answerOf(reply.readInt32LE(0), reply.subarray(4)), words));
    },
    splats: () => Promise.resolve(splats),
    rearm: () => Promise.resolve(),
    memoryInUse: () => Promise.resolve(memoryInUse()),
    close: () => Promise.resolve(),
  };
}
