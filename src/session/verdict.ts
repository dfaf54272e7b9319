/** Where in a program something happened. */
export interface Place {
  /** Position in program.calls; program.calls.length and more: in settle. */
  readonly call: number;
  /** The command's name. */
  readonly command: string;
  readonly settling: boolean;
}

/** How a program ended. */
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
  | { readonly kind: 'divergence'; readonly place: Place; readonly field: string; readonly message: string }
  | { readonly kind: 'splat'; readonly place: Place; readonly title: string; readonly text: string }
  | {
      readonly kind: 'death';
      readonly place: Place | null;
      readonly death: string;
      readonly title: string;
      readonly console: string;
    };

/** Null where the program holds, or is more than a world can take. */
export function placeOf(verdict: Verdict): Place | null {
  return verdict.kind === 'clean' || verdict.kind === 'limit' ? null : verdict.place;
}

/**
 * What makes two findings the same. Of a target: the difference, splat or death, and the command. Of the model: the invariant
 * and the kind of object, but not the command: one broken rule shows at whatever call first drops the last reference, and with
 * the command in it one bug makes as many findings as there are ways to free. What settle does is one command.
 */
export function signatureOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'clean':
      return 'clean';
    case 'limit':
      return 'limit';
    case 'violation':
      return `${verdict.invariant} ${verdict.objectKind}`;
    case 'divergence':
      return `divergence ${commandIn(verdict.place)} ${verdict.field}`;
    case 'splat':
      return `splat ${commandIn(verdict.place)} ${verdict.title}`;
    case 'death':
      return `${verdict.death} ${verdict.place === null ? 'unknown' : commandIn(verdict.place)} ${verdict.title}`.trimEnd();
  }
}

function commandIn(place: Place): string {
  return place.settling ? 'settle' : place.command;
}

/** One line for people. */
export function sentenceOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'clean':
      return 'clean';
    case 'limit':
      return `given up: ${verdict.message}`;
    case 'violation':
      return `${verdict.invariant}: ${verdict.message}`;
    case 'divergence':
      return `model and kernel differ in ${verdict.field}: ${verdict.message}`;
    case 'splat':
      return `the kernel says: ${verdict.title}`;
    case 'death':
      return `the target died (${verdict.death}): ${verdict.title}`;
  }
}
