// Descriptors that calls need for themselves: no call takes one that another has open.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { nicFd } from '../../src/commands/outside/nic/nic_places';
import { OWN_FDS, OWN_FDS_MAX, ownFd } from '../../src/commands/outside/own_fd';
import { FDS_MAX, FIRST_FD } from '../../src/commands/outside/step';

const COMMANDS = path.join(__dirname, '../../src/commands/outside');

test('each has a number of its own, below the most and above those of devices', () => {
  const numbers = OWN_FDS.map(ownFd);
  expect(new Set(numbers).size).toBe(OWN_FDS.length);
  expect(OWN_FDS.length).toBeLessThanOrEqual(OWN_FDS_MAX);
  expect(Math.max(...numbers)).toBeLessThan(FIRST_FD + FDS_MAX);
  expect(Math.min(...numbers)).toBeGreaterThan(nicFd(1, 'xsk'));
});

test('no command counts a number of its own from the end: one list has them all', () => {
  const files = readdirSync(COMMANDS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const counting = files.filter((file) => /FDS_MAX\s*-/.test(readFileSync(path.join(COMMANDS, file), 'utf8')));
  expect(counting.sort()).toEqual(['nic/nic_places.ts', 'own_fd.ts']);
});
