/** Addresses of the machine, from one of which it reaches the other by a link: see self_path. */
export const SELF = { 4: ['10.3.0.1', '10.3.0.2'], 6: ['fd03::1', 'fd03::2'] } as const;
