import { hangPlace, panicLine, parseDeathPlace } from '../../lockstep/splats';

/** How a guest ended: a result, not an exception. */
export interface VmDeath {
  readonly kind: 'panic' | 'hang' | 'killed' | 'boot-failed';
  /** The symptom, in one line. */
  readonly detail: string;
  /** The last 256 KiB of the guest's console. */
  readonly console: string;
  /** The program and the command that the guest executed, as its panic and die notifiers print them. */
  readonly program?: number;
  readonly command?: number;
}

/** The facts that are known when QEMU has ended. */
export interface Ending {
  readonly booted: boolean;
  /** The time that it was waited for, in words; set when this side gave up. */
  readonly waited?: string;
  /** How QEMU ended: "status 1", "SIGKILL". */
  readonly exit: string;
  readonly stderr: string;
  readonly console: string;
}

/**
 * Names the way in which a guest ended.
 * @param ending - the known facts
 */
export function describeDeath(ending: Ending): VmDeath {
  const panic = panicLine(ending.console);
  const base = { console: ending.console, ...parseDeathPlace(ending.console) };
  if (!ending.booted) return { ...base, kind: 'boot-failed', detail: bootDetail(ending, panic) };
  if (ending.waited !== undefined) {
    const place = hangPlace(ending.console);
    return { ...base, kind: 'hang', detail: `no answer for ${ending.waited}${place ? ` in ${place}` : ''}` };
  }
  if (panic) return { ...base, kind: 'panic', detail: panic };
  return { ...base, kind: 'killed', detail: `QEMU ended (${ending.exit})${qemuSaid(ending)}` };
}

function bootDetail(ending: Ending, panic: string | undefined): string {
  const init = /^skbcheck-init: .*$/m.exec(ending.console)?.[0];
  if (init) return init;
  if (ending.waited !== undefined) return `no answer for ${ending.waited} from its start on`;
  return panic ?? `QEMU ended (${ending.exit}) before the guest answered${qemuSaid(ending)}`;
}

/** Returns the reason that QEMU printed. It also warns of harmless things, so only a line with its own name counts. */
function qemuSaid(ending: Ending): string {
  const line = ending.stderr.split('\n').findLast((text) => text.startsWith('qemu') && !/warning:/.test(text));
  return line ? `: ${line.trim()}` : '';
}
