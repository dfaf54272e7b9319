import type { CampaignFinding, CampaignReport, LaneReport } from '../../campaign/campaign_types';
import { evaluationsIn } from '../documents/counts';
import { count, plural } from '../figures';
import { knownText } from '../fuzz_summary';
import { resultOf, type KtapTest } from './ktap';

/** A test for each lane, with a subtest for each of its findings, and one for the campaign's own problems. */
export function ktapOfCampaign({ lanes, findings, problems }: CampaignReport): KtapTest[] {
  return [
    ...lanes.map((lane) =>
      testOfLane(
        lane,
        findings.filter((finding) => finding.lane.id === lane.lane.id),
      ),
    ),
    ...(problems.length === 0
      ? []
      : [{ name: 'campaign', result: 'not ok', diagnostics: problems } satisfies KtapTest]),
  ];
}

function testOfLane({ lane, programs, commands, invariants, met }: LaneReport, findings: CampaignFinding[]): KtapTest {
  const subtests = findings.map(testOfFinding);
  const evaluated = evaluationsIn(invariants);
  const why = commands === 0 ? 'not searched' : evaluated === 0 ? 'no invariant was evaluated' : undefined;
  return {
    name: lane.id,
    result: resultOfLane(subtests, why),
    diagnostics: [
      `${plural(programs, 'program')}, ${count(commands)} executed, ${count(evaluated)} evaluated`,
      ...met.map(knownText),
    ],
    ...(subtests.length === 0 ? {} : { subtests }),
  };
}

/** A lane with nothing but known findings was searched, and is as good as one without findings. */
function resultOfLane(subtests: readonly KtapTest[], why: string | undefined): KtapTest['result'] {
  if (resultOf(subtests, '') === 'not ok') return 'not ok';
  return why === undefined ? 'ok' : { skip: why };
}

function testOfFinding({ id, signature, state, why, sentence, reduced, program }: CampaignFinding): KtapTest {
  return {
    name: `${signature} (${id})`,
    result: state === 'known' ? { skip: `known: ${why ?? 'on the list of known findings'}` } : 'not ok',
    diagnostics: [...(state === 'flaky' ? ['flaky: it does not fail each time'] : []), sentence, reduced ?? program],
  };
}
