import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelWords, lastWords } from '../src/lockstep/kernel_words';
import { deathVerdict, firstComplaint } from '../src/lockstep/judge';
import { fatalSplat, hangPlace, panicLine, parseDeathPlace, parseSplats } from '../src/lockstep/splats';

const LOGS = join(__dirname, '..', 'regressions', 'kernel-logs');

/** A saved log: the titles and the source line that it must yield, and the console text. */
function readLog(file: string): { titles: string[]; source?: string; text: string } {
  const [header, ...rest] = readFileSync(join(LOGS, file), 'utf8').split('\n\n');
  const titles = [...header.matchAll(/^# TITLE: (.+)$/gm)].map((match) => match[1]);
  return { titles, source: /^# SOURCE: (.+)$/m.exec(header)?.[1], text: rest.join('\n\n') };
}

it('a kernel without our module shows its place behind the NMI that ended it', () => {
  const [panic, nmi] = ['Kernel panic - not syncing: NMI: Not continuing\n', 'exc_nmi+0x125/0x1a0\n'];
  const inside = 'RIP: 0010:clear_page_erms+0x7/0x10\n';
  expect(hangPlace(panic + nmi + inside)).toBe('clear_page_erms');
  expect(hangPlace(`${panic + nmi}RIP: 0033:0x43ea81\n`)).toBeUndefined();
  expect(hangPlace(inside)).toBeUndefined();
});

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

describe('a guest that died', () => {
  const warning = '[ cut here ]------------\nWARNING: CPU: 0 PID: 1 at net/core/skbuff.c:5 skb_try_coalesce+0x1/0x2\n';
  const bug = readLog('6.12-bug.log');

  it('is named by the complaint that ended it, whatever it said of earlier calls', () => {
    const before = `------------${warning}---[ end trace 0000000000000000 ]---\n`;
    expect(parseSplats(before + bug.text)[0].title).toBe('WARNING in skb_try_coalesce');
    expect(fatalSplat(before + bug.text)).toEqual(fatalSplat(bug.text));
    expect(lastWords(before + bug.text)).toEqual(lastWords(bug.text));
    expect(fatalSplat(bug.text)?.title).toBe(bug.titles[0]);
  });

  it('is not named by a complaint that it survived', () => {
    const survived = `------------${warning}---[ end trace 0000000000000000 ]---\nand the last line\n`;
    expect(fatalSplat(survived)).toBeUndefined();
    expect(lastWords(survived).at(-1)).toBe('and the last line');
    expect(fatalSplat(survived + readLog('6.12-hang.log').text)?.title).toBe('hang in crash_hang');
  });

  const kasan = (runner: string): string => `==================================================================
BUG: KASAN: slab-use-after-free in skb_release_data+0x1a4/0x6c0
Read of size 8 at addr ffff888005a1c6c0 by task init/1
Call Trace:
 <TASK>
 dump_stack_lvl+0x5d/0x80
 kasan_report+0xda/0x110
 skb_release_data+0x1a4/0x6c0
 kfree_skb_reason+0x8c/0x120
 ${runner}+0x31/0x60 [skbcheck]
 skbcheck_execute+0x200/0x400 [skbcheck]
 </TASK>
==================================================================
Disabling lock debugging due to kernel taint
`;
  const oops = `Oops: general protection fault, probably for non-canonical address 0xdffffc0000000004: 0000 [#1] SMP
RIP: 0010:skb_release_data+0x1f0/0x6c0
Call Trace:
 <TASK>
 kfree_skb_reason+0x8c/0x120
 skbcheck_run_kfree_skb+0x31/0x60 [skbcheck]
 skbcheck_execute+0x200/0x400 [skbcheck]
 </TASK>
---[ end trace 0000000000000000 ]---
Kernel panic - not syncing: Fatal exception
`;

  it('is named by the report of KASAN of the call, not by the oops that the wrong access led to', () => {
    expect(fatalSplat(oops)?.title).toMatch(/^general protection fault in skb_release_data$/);
    const console = kasan('skbcheck_run_kfree_skb') + oops;
    const title = 'KASAN: slab-use-after-free Read in skb_release_data';
    expect(fatalSplat(console, true)).toMatchObject({ kind: 'kasan', title });
    expect(lastWords(console, title)[0]).toMatch(/^BUG: KASAN/);
    const death = { kind: 'death', place: null, death: 'panic', title: 'an oops', console } as const;
    expect(firstComplaint(death).title).toBe(title);
  });

  it('is named by its own oops where an earlier call of the same command may have made the report of KASAN', () => {
    const console = kasan('skbcheck_run_kfree_skb') + oops;
    const verdict = deathVerdict({ kind: 'panic', detail: 'it panicked', console }, []);
    expect(verdict.title).toMatch(/^general protection fault in skb_release_data$/);
    expect(lastWords(console, verdict.title)[0]).not.toMatch(/^BUG: KASAN/);
  });

  it('is named by the oops where the report of KASAN is of another call', () => {
    expect(fatalSplat(kasan('skbcheck_run_skb_copy') + oops, true)?.kind).toBe('oops');
    const survived = kasan('skbcheck_run_kfree_skb');
    expect(fatalSplat(survived)).toBeUndefined();
    expect(fatalSplat(survived + readLog('6.12-hang.log').text)?.kind).toBe('hang');
  });

  it('is named by its panic where it said nothing before', () => {
    const { text, titles } = readLog('6.12-panic.log');
    expect(fatalSplat(text)?.title).toBe(titles[0]);
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

describe('two complaints are two findings', () => {
  const splat = (...lines: string[]) => parseSplats(['------------[ cut here ]------------', ...lines].join('\n'))[0];

  it('where they are at two lines of one function', () => {
    const [one, other] = ['stale-member', 'page-heads'].map((name) => readLog(`6.12-skb-segment-${name}.log`));
    const [first, second] = [one, other].map(({ text }) => parseSplats(text)[0]);
    expect([first.title, second.title]).toEqual(['kernel BUG in skb_segment', 'kernel BUG in skb_segment']);
    expect([first.source, second.source]).toEqual([one.source, other.source]);
    expect(first.source).not.toBe(second.source);
  });

  it('where two callers reach one line, which the function that only reports has', () => {
    const over = (caller: string) =>
      splat(
        'kernel BUG at net/core/skbuff.c:200!',
        'RIP: 0010:skb_panic+0x4a/0x50',
        'Call Trace:',
        ' <TASK>',
        ' skb_put+0x40/0x50',
        ` ${caller}+0x10/0x80`,
        ' skbcheck_run_skb_put+0x14/0x40 [skbcheck]',
        ' vfs_write+0xf5/0x450',
      );
    expect(over('__ip_append_data')).toMatchObject({ title: 'kernel BUG in skb_put', callers: ['__ip_append_data'] });
    expect(over('__ip_append_data').source).toBeUndefined();
    expect(over('tcp_sendmsg').callers).toEqual(['tcp_sendmsg']);
  });

  it('and their names do not depend on the frames of this project or on the suffixes of the compiler', () => {
    const bug = splat(
      'kernel BUG at ./net/core/skbuff.c:4868!',
      'RIP: 0010:skb_segment.constprop.0+0x61a/0xfe0',
      'Call Trace:',
      ' ? die+0x32/0x80',
      ' tcp_gso_segment+0x1/0x2',
      ' skbcheck_run_skb_segment+0x124/0x140 [skbcheck]',
    );
    expect(bug).toMatchObject({ source: 'net/core/skbuff.c:4868', callers: ['tcp_gso_segment'] });
  });
});

describe('the words of the kernel', () => {
  const words = kernelWords(readLog('6.12-skb-segment-stale-member.log').text);

  it('begin with "cut here" and the BUG line, without timestamps', () => {
    expect(words.slice(0, 2)).toEqual([
      '------------[ cut here ]------------',
      'kernel BUG at net/core/skbuff.c:4868!',
    ]);
  });

  it('have the call trace before every register, and each register once', () => {
    const last = (pattern: RegExp) => words.findLastIndex((line) => pattern.test(line));
    const first = (pattern: RegExp) => words.findIndex((line) => pattern.test(line));
    expect(last(/end trace/)).toBeLessThan(first(/^(Code|RSP|RAX)/));
    expect(words.filter((line) => line.startsWith('RAX: 0000000000000000 RBX'))).toHaveLength(0);
    expect(words.filter((line) => /^RIP: 0010/.test(line))).toHaveLength(1);
    expect(words.some((line) => line.startsWith(' ? '))).toBe(false);
  });

  it('are the end of a console that has no complaint', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    expect(kernelWords(lines.join('\n')).at(-1)).toBe('line 99');
    expect(kernelWords(lines.join('\n')).length).toBeLessThan(30);
  });
});
