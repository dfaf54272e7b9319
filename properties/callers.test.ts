// Each command names the kernel function that makes such a call, and the sources have it. With the top directories of
// kernel sources in SKBCHECK_KERNEL_SOURCES (separated by ':'), those are read; without, the list that
// `npm run callers` made of them.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CALLER_SERIES, functionsOf, NOBODY_WORDS } from '../src/commands/callers/caller';
import { COMMANDS } from '../src/commands/registry';
import { CALLER_FACTS, factLines, factsOf, seriesOf, whyWrong } from './callers/caller_facts';
import { bodiesIn, openSources } from './callers/kernel_sources';

const FOUND = readFileSync(path.join(__dirname, 'callers/found_in_sources.txt'), 'utf8').trimEnd().split('\n');
const TREES = (process.env.SKBCHECK_KERNEL_SOURCES ?? '').split(':').filter((root) => root !== '');

test('the list of callers that sources have is the list of callers that commands name', () => {
  expect(factLines(CALLER_FACTS)).toEqual(FOUND);
});

const withTrees = TREES.length === 0 ? test.skip : test;

withTrees('each caller exists in the sources of its series, and makes the call', () => {
  const trees = TREES.map(openSources);
  const wrong = trees.flatMap((tree) =>
    CALLER_FACTS.filter(({ series }) => series === tree.series).map((fact) => whyWrong(tree, fact)),
  );
  expect(wrong.filter((why) => why !== undefined)).toEqual([]);
});

test.each(COMMANDS)('$name has one caller in each series that has the command', (command) => {
  if ('nobody' in command.caller) return;
  const named = factsOf(command).map(({ series }) => series);
  expect([...named].sort()).toEqual([...seriesOf(command)].sort());
});

test.each(COMMANDS)('$name says in one sentence when its caller calls', ({ caller }) => {
  const sentence = 'nobody' in caller ? caller.why : caller.state;
  expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
});

test('no command that breaks a contract has a caller, and all others have one or say who acts', () => {
  for (const { name, abuse, caller } of COMMANDS) {
    const nobody = 'nobody' in caller ? caller.nobody : undefined;
    expect([name, nobody === 'abuse']).toEqual([name, abuse === true]);
    if (nobody !== undefined) expect(NOBODY_WORDS).toContain(nobody);
    else expect([name, functionsOf(caller).length]).toEqual([name, expect.any(Number)]);
  }
});

test('a command of a design has no kernel that runs it', () => {
  const designs = COMMANDS.filter(({ caller }) => 'nobody' in caller && caller.nobody === 'design');
  expect(designs.map(({ name, modelOnly }) => [name, typeof modelOnly])).toEqual(
    designs.map(({ name }) => [name, 'string']),
  );
});

describe('the reader of C', () => {
  const C = [
    'static int helper(void)',
    '{',
    '\treturn caller(1);',
    '}',
    '',
    'static void caller(struct sk_buff *skb,',
    '\t\t   int len)',
    '{',
    '\tskb_put(skb, len);',
    '}',
    '',
    'SYSCALL_DEFINE2(memfd_create, const char __user *, uname, unsigned int, flags)',
    '{',
    '\treturn shmem_file_setup(uname);',
    '}',
    '',
  ].join('\n');

  test('finds the body of a definition, not a call', () => {
    expect(bodiesIn(C, 'caller')).toEqual(['{\n\tskb_put(skb, len);']);
  });

  test('knows a system call by its name', () => {
    expect(bodiesIn(C, 'memfd_create')).toHaveLength(1);
  });

  test('finds nothing by a wrong name', () => {
    expect(bodiesIn(C, 'skb_put')).toEqual([]);
  });
});

test('the series of callers are those that the project has kernels of', () => {
  expect(CALLER_SERIES).toEqual(['6.1', '6.12', '7.3']);
});
