/** What may stand after `expect`: `clean`, or the name of an invariant. */
export const INVARIANT_NAME = /^[a-z][a-z-]{0,63}$/;
