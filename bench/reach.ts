import { REACH_CASES, type ReachCase } from './reach_cases';
import { CORE } from '../src/generate/scenarios/core';
import { findScenario } from '../src/generate/scenarios/registry';
import { parseProgram } from '../src/program/parse';
import { reach } from '../src/reach/reach';
import { ReachKernel } from '../src/reach/reach_kernel';
import { reachSentence, reachText, isReachable } from '../src/report/outside/reach_text';
import { mutantNamed, profileNamed } from '../src/session/named';

/**
 * Asks for each known case from where it can be reached, and prints the table:
 *
 *   node dist/bench/reach.js [linux-6.12 [PROGRAMS [CASE...]]]
 */
async function main([target = 'linux-6.12', programs = '1500', ...names]: string[]): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const kernel = await ReachKernel.of(target, say);
  const rows: string[] = [];
  let wrong = 0;
  for (const each of REACH_CASES) {
    if (names.length > 0 && !names.includes(each.mutant)) continue;
    const start_ms = performance.now();
    const result = await ask(kernel, each, Number(programs), say);
    const isRight = isReachable(result) === each.reachable;
    if (!isRight) wrong++;
    const seconds = Math.round((performance.now() - start_ms) / 1000);
    rows.push(`${isRight ? 'right' : 'WRONG'}  ${each.mutant.padEnd(12)} ${seconds} s  ${reachSentence(result)}`);
    say(`${rows.at(-1)}\n${reachText(result)}`);
  }
  process.stdout.write(`${rows.join('\n')}\n`);
  await kernel.close();
  process.exitCode = wrong === 0 ? 0 : 1;
}

function ask(kernel: ReachKernel, each: ReachCase, programs: number, say: (line: string) => void) {
  const mutant = mutantNamed(each.mutant);
  const profile = profileNamed(mutant.profile);
  return reach({
    program: parseProgram(`profile ${profile.name}\n${each.program}`, each.name),
    finding: each.name,
    ...{ kernel, profile, mutant, programs, seed: 1, say },
    ...(each.call === undefined ? {} : { call: each.call }),
    scenario: findScenario(mutant.scenario ?? CORE.name) ?? CORE,
    levels: ['user'],
    isOver: () => false,
  });
}

void main(process.argv.slice(2));
