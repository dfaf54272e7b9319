/** How long a campaign searches that has no other limit. */
export const TIME_DEFAULT = '8h';
export const PROGRAMS_PER_LEASE = 2000;
