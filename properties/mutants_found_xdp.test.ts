// The search finds the mutants of XDP, drivers and AF_XDP.

import { testsOfSearch } from './support/mutant_search';

testsOfSearch((scenario) => /^(xdp|cpumap|veth|generic|driver|xsk|netmem)/.test(scenario));
