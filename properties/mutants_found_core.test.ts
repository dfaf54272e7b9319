// The search finds the mutants of the core, its pages and the stack.

import { testsOfSearch } from './support/mutant_search';

testsOfSearch((scenario) => /^(core|struct-page|rfc-2018|rx-buffers|stack|races|reassembly|esp)/.test(scenario));
