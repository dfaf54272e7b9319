import { MVNETA_MUTANTS } from './mutants/mvneta';
import { DRIVERS_2026_MUTANTS } from './mutants/drivers_2026';
import { GRO_MUTANTS } from './mutants/gro';
import { NETMEM_MUTANTS } from './mutants/netmem';
import { PAGE_MUTANTS } from './mutants/page';
import { RACES_MUTANTS } from './mutants/races';
import { RFC_2018_MUTANTS } from './mutants/rfc_2018';
import { SEGMENT_MUTANTS } from './mutants/segment';
import { SKB_MUTANTS } from './mutants/skb';
import { SOCK_MUTANTS } from './mutants/sock';
import { SPLICE_MUTANTS } from './mutants/splice';
import { STACK_2026_MUTANTS } from './mutants/stack_2026';
import { XDP_MUTANTS } from './mutants/xdp';
import { XDP_PASS_MUTANTS } from './mutants/xdp_pass';
import { XDP_2026_MUTANTS } from './mutants/xdp_2026';
import { XSK_MUTANTS } from './mutants/xsk';
import { ZEROCOPY_MUTANTS } from './mutants/zerocopy';
import type { Mutant } from './mutants/mutant';
import type { Profile } from './profiles';

export type { Mutant } from './mutants/mutant';

export const MUTANTS: readonly Mutant[] = [
  ...SKB_MUTANTS,
  ...PAGE_MUTANTS,
  ...GRO_MUTANTS,
  ...SEGMENT_MUTANTS,
  ...SPLICE_MUTANTS,
  ...ZEROCOPY_MUTANTS,
  ...SOCK_MUTANTS,
  ...XDP_MUTANTS,
  ...MVNETA_MUTANTS,
  ...XSK_MUTANTS,
  ...RACES_MUTANTS,
  ...RFC_2018_MUTANTS,
  ...XDP_PASS_MUTANTS,
  ...NETMEM_MUTANTS,
  ...DRIVERS_2026_MUTANTS,
  ...STACK_2026_MUTANTS,
  ...XDP_2026_MUTANTS,
];

/** Returns the profile with the rules of the given mutants, whatever their base profiles are. */
export function profileWith(profile: Profile, ...mutants: readonly (Mutant | undefined)[]): Profile {
  return mutants.reduce<Profile>(
    (base, mutant) => (mutant === undefined ? base : { ...base, rules: { ...base.rules, ...mutant.changes } }),
    profile,
  );
}

export function findMutant(id: string): Mutant | undefined {
  return MUTANTS.find((mutant) => mutant.id.toLowerCase() === id.toLowerCase());
}
