// Programs and messages that nobody would send: the executor survives them, and the host stays small.
import { runHostile } from '../../bench/hostile_run';
import { HostileSteps } from '../../bench/hostile_steps';
import { openOutside } from '../../src/targets/linux/outside/outside_link';
import { linuxTargets } from '../support/linux';

const TARGET = 'linux-6.12';
const PROGRAMS = 96;
const FIRST = 184467;
const GROWTH_MAX_BYTES = 128 << 20;

test('a number always makes the same program and message, and others make others', () => {
  const source = new HostileSteps(TARGET);
  const texts = [1, 2, 1].map((number) =>
    JSON.stringify([source.program(number), source.message(number).toString('hex')], (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  );
  expect(texts[2]).toBe(texts[0]);
  expect(texts[1]).not.toBe(texts[0]);
});

(linuxTargets([TARGET]).length > 0 ? test : test.skip)(
  `${PROGRAMS} programs and messages from number ${FIRST} on end no guest`,
  async () => {
    const figures = await runHostile(TARGET, () => openOutside(TARGET), PROGRAMS, FIRST);
    expect(figures.deaths).toEqual([]);
    expect(figures.programs).toBe(PROGRAMS);
    expect(Object.values(figures.statuses).reduce((sum, times) => sum + times, 0)).toBe(PROGRAMS);
    expect(figures.refused).toBeGreaterThan(0);
    expect(figures.refused).toBeLessThan(figures.messages);
    expect(figures.rss_bytes.most - figures.rss_bytes.first).toBeLessThan(GROWTH_MAX_BYTES);
  },
);
