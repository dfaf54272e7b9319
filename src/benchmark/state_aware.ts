import { generatedProgram, runGenerated } from '../search/search_model';
import { ProgramGenerator } from '../generate/generator';
import { Settler } from '../generate/settle';
import { programAfter } from '../generate/seed';
import type { SearchTask, Strategy } from './strategy';

function search({ scenario, profile, session, first, onExecuted, done }: SearchTask, swarming: boolean): void {
  const generator = new ProgramGenerator(scenario, profile, swarming);
  const settler = new Settler();
  for (let programs = 0; ; programs++) {
    const number = programAfter(first, programs);
    runGenerated(generator, settler, session, number, onExecuted);
    if (done(() => generatedProgram(generator, scenario, number))) return;
  }
}

export const SWARM: Strategy = {
  name: 'swarm',
  title: 'the search of fuzz: legal calls on the world as it grows, each program with its own commands and weights',
  stateAware: true,
  search: (task) => search(task, true),
};

export const STATE_AWARE: Strategy = {
  name: 'state-aware',
  title: 'the same without swarm: every program draws from all commands, at the scenario’s weights',
  stateAware: true,
  search: (task) => search(task, false),
};
