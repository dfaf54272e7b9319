import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hangPlace, panicLine, parseDeathPlace, parseSplats } from '../src/lockstep/splats';

const LOGS = join(__dirname, '..', 'regressions', 'kernel-logs');

/** A saved log: the titles that it must yield, and the console text. */
function readLog(file: string): { titles: string[]; text: string } {
  const [header, ...rest] = readFileSync(join(LOGS, file), 'utf8').split('\n\n');
  const titles = [...header.matchAll(/^# TITLE: (.+)$/gm)].map((match) => match[1]);
  return { titles, text: rest.join('\n\n') };
}

describe('console logs of real kernels', () => {
  const logs = readdirSync(LOGS);

  it('exist', () => expect(logs.length).toBeGreaterThanOrEqual(16));

  it.each(logs)('%s yields its titles', (file) => {
    const { titles, text } = readLog(file);
    expect(titles).not.toEqual([]);
    expect(parseSplats(text).map(({ title }) => title)).toEqual(titles);
  });

  it.each(logs)('%s yields the same titles without timestamps', (file) => {
    const { titles, text } = readLog(file);
    const bare = text.replace(/^\[ *\d+\.\d+\] ?/gm, '');
    expect(parseSplats(bare).map(({ title }) => title)).toEqual(titles);
  });

  it.each(['6.1', '6.12'])('%s names the command at which it died', (series) => {
    for (const how of ['panic', 'bug', 'null-pointer', 'hang']) {
      expect(parseDeathPlace(readLog(`${series}-${how}.log`).text)).toEqual({ program: 7, command: 42 });
    }
    expect(panicLine(readLog(`${series}-panic.log`).text)).toBe(
      'Kernel panic - not syncing: skbcheck: a panic on purpose',
    );
    expect(hangPlace(readLog(`${series}-hang.log`).text)).toBe('crash_hang');
  });
});

describe('a quiet console', () => {
  it('yields no title', () => {
    const text = '[    0.1] Linux version 6.12\n[    1.4] skbcheck: loading out-of-tree module taints kernel.\n';
    expect(parseSplats(text)).toEqual([]);
    expect(parseDeathPlace(text)).toEqual({});
    expect(panicLine(text)).toBeUndefined();
  });
});

describe('titles', () => {
  it('do not depend on addresses, pids and CPUs', () => {
    const warning = (cpu: number, pid: number, offset: string): string =>
      `------------[ cut here ]------------
WARNING: CPU: ${cpu} PID: ${pid} at net/core/skbuff.c:3053 skb_try_coalesce.part.0+0x${offset}/0x400
---[ end trace 0000000000000000 ]---\n`;
    const titles = [warning(0, 1, '12'), warning(3, 4711, '3a0')].map((text) => parseSplats(text)[0].title);
    expect(titles).toEqual(['WARNING in skb_try_coalesce', 'WARNING in skb_try_coalesce']);
  });
});
