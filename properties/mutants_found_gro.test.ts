// The search finds the mutants of GRO, GSO, splice and zerocopy.

import { testsOfSearch } from './support/mutant_search';

testsOfSearch((scenario) => /^(gro|gateway|segment|splice|zerocopy)/.test(scenario));
