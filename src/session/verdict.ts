/** A place in a program. */
export interface Place {
  /** Position in program.calls; from program.calls.length on, a call of settle. */
  readonly call: number;
  /** The command's name. */
  readonly command: string;
  readonly settling: boolean;
}

/** The kernel's own words about a fault, as far as they are the same in each run. */
export interface Complaint {
  /** `kernel BUG in skb_segment`. */
  readonly title: string;
  /** The source line that complained, where the console names it: `net/core/skbuff.c:4868`. */
  readonly source?: string;
  /** The callers of the function that the title names, nearest first. */
  readonly callers?: readonly string[];
}

/** The end of a program's run. */
export type Verdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'limit'; readonly message: string }
  | {
      readonly kind: 'violation';
      readonly place: Place;
      readonly invariant: string;
      readonly objectKind: string;
      readonly message: string;
    }
  | {
      readonly kind: 'divergence';
      readonly place: Place;
      readonly field: string;
      readonly message: string;
      /** The two targets that differ; absent: the model and a target. */
      readonly between?: readonly [string, string];
    }
  | {
      /** A program of the outside saw a promise to user space broken. */
      readonly kind: 'promise';
      readonly place: Place;
      readonly promise: string;
      readonly objectKind: string;
      readonly message: string;
    }
  | ({ readonly kind: 'splat'; readonly place: Place; readonly text: string } & OnOneTarget & Complaint)
  | ({
      readonly kind: 'death';
      readonly place: Place | null;
      readonly death: string;
      readonly console: string;
    } & OnOneTarget &
      Complaint);

/** Of two targets that are compared: the one that complained. Absent: there is one target. */
interface OnOneTarget {
  readonly only?: string;
}

/** The place where a program failed; null when it is clean or was given up. */
export function placeOf(verdict: Verdict): Place | null {
  return verdict.kind === 'clean' || verdict.kind === 'limit' ? null : verdict.place;
}

/**
 * The signature of a verdict: two findings with one signature are the same finding. On a target it is the difference,
 * splat or death, and the command. On the model it is the invariant and the kind of object. It leaves the command out,
 * because one broken rule shows at any call that drops the last reference: with the command, one bug would make as many
 * findings as there are ways to free. All calls of settle count as one command.
 */
export function signatureOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'clean':
      return 'clean';
    case 'limit':
      return 'limit';
    case 'violation':
      return `${verdict.invariant} ${verdict.objectKind}`;
    case 'promise':
      return `${verdict.promise} ${commandIn(verdict.place)}`;
    case 'divergence':
      return `divergence ${commandIn(verdict.place)} ${verdict.field}`;
    case 'splat':
      return `splat ${commandIn(verdict.place)} ${signOf(verdict)}`;
    case 'death': {
      const command = verdict.place === null ? 'unknown' : commandIn(verdict.place);
      return `${verdict.death} ${command} ${signOf(verdict)}`.trimEnd();
    }
  }
}

function commandIn(place: Place): string {
  return place.settling ? 'settle' : place.command;
}

/** The verdict as one line for people. */
export function sentenceOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'clean':
      return 'clean';
    case 'limit':
      return `given up: ${verdict.message}`;
    case 'violation':
      return `${verdict.invariant}: ${verdict.message}`;
    case 'promise':
      return `${verdict.promise}: ${verdict.message}`;
    case 'divergence':
      return `${(verdict.between ?? ['model', 'kernel']).join(' and ')} differ in ${verdict.field}: ${verdict.message}`;
    case 'splat':
      return `${verdict.only === undefined ? 'the kernel' : `only ${verdict.only}`} says: ${complaintText(verdict)}`;
    case 'death':
      return (
        `${verdict.only === undefined ? 'the target' : `only ${verdict.only}`} died (${verdict.death}): ` +
        complaintText(verdict)
      );
  }
}

/** `kernel BUG in skb_segment at net/core/skbuff.c:4868`. */
export function complaintText({ title, source }: Complaint): string {
  return source === undefined || title.includes(source) ? title : `${title} at ${source}`;
}

/** Two BUGs in one function differ by their lines, two ways to one line by their callers. */
function signOf(complaint: Complaint): string {
  return [complaintText(complaint), ...(complaint.callers ?? [])].join(' < ');
}
