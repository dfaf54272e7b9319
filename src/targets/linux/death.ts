import { hangPlace, panicLine, parseDeathPlace } from '../../lockstep/splats';

/** How a guest ended: a result, not an exception. */
export interface VmDeath {
  readonly kind: 'panic' | 'hang' | 'killed' | 'boot-failed';
  /** One line that says what was seen. */
  readonly detail: string;
  /** The last 256 KiB of the guest's console. */
  readonly console: string;
  /** Where the guest's program stood, as its panic and die notifiers print it. */
  readonly program?: number;
  readonly command?: number;
}

/** What is known when QEMU has gone. */
export interface Ending {
  readonly booted: boolean;
  /** Set when this side gave up waiting, ms waited. */
  readonly waited_ms?: number;
  /** How QEMU went: "status 1", "SIGKILL". */
  readonly exit: string;
  readonly stderr: string;
  readonly console: string;
}

/**
 * Names what happened to a guest.
 * @param ending - what was seen
 */
export function describeDeath(ending: Ending): VmDeath {
  const panic = panicLine(ending.console);
  const base = { console: ending.console, ...parseDeathPlace(ending.console) };
  if (!ending.booted) return { ...base, kind: 'boot-failed', detail: bootDetail(ending, panic) };
  if (ending.waited_ms !== undefined) {
    const place = hangPlace(ending.console);
    return { ...base, kind: 'hang', detail: `no answer for ${ending.waited_ms} ms${place ? ` in ${place}` : ''}` };
  }
  if (panic) return { ...base, kind: 'panic', detail: panic };
  return { ...base, kind: 'killed', detail: `QEMU ended (${ending.exit})${qemuSaid(ending)}` };
}

function bootDetail(ending: Ending, panic: string | undefined): string {
  const init = /^skbcheck-init: .*$/m.exec(ending.console)?.[0];
  if (init) return init;
  if (ending.waited_ms !== undefined) return `no answer within ${ending.waited_ms} ms of its start`;
  return panic ?? `QEMU ended (${ending.exit}) before the guest answered${qemuSaid(ending)}`;
}

/** QEMU also warns of harmless things: only what it says in its own name is why it ended. */
function qemuSaid(ending: Ending): string {
  const line = ending.stderr.split('\n').findLast((text) => text.startsWith('qemu') && !/warning:/.test(text));
  return line ? `: ${line.trim()}` : '';
}
