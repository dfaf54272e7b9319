// properties/opened.test.ts runs this in a jest of its own: a test that fails while its target is open.

import { ProcessLink } from '../../src/targets/process';
import { openLinux } from './linux';
import { profileOf } from './model';
import { opens } from './opened';

/** A program that speaks the protocol, or the name of a Linux target. */
const target = process.env.SKBCHECK_OPEN_TARGET as string;

test('fails', async () => {
  const link = await (target.startsWith('linux-')
    ? openLinux(target)
    : opens(ProcessLink.open(target, profileOf('linux-6.12'))));
  expect(link.profile).toBe('no profile');
});
