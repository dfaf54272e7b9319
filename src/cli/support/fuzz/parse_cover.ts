import type { Scenario } from '../../../generate/scenario';
import { didYouMean } from '../../../program/did_you_mean';
import type { Cover } from '../../../report/covers';
import { UsageError } from '../../../session/errors';

const DEMAND = /^(?<label>(?<command>\w+)(?::(?<outcome>\w+))?)=(?<percent>\d+(?:\.\d+)?)%?$/;

/**
 * Parses `skb_put=5` or `skb_put:ok=90%`.
 *
 * @throws UsageError when it is no demand, or names what the scenario does not have
 */
export function parseCover(text: string, scenario: Scenario): Cover {
  const { label, command, outcome, percent } = DEMAND.exec(text)?.groups ?? {};
  const wanted_percent = Number(percent);
  if (label === undefined || !(wanted_percent > 0 && wanted_percent <= 100))
    throw new UsageError(`--cover takes COMMAND=PERCENT or COMMAND:OUTCOME=PERCENT, not '${text}'`);
  const names = scenario.commands.map(({ name }) => name);
  const known = scenario.commands.find(({ name }) => name === command);
  if (known === undefined)
    throw new UsageError(`scenario ${scenario.name} has no command '${command}'${didYouMean(command, names)}`);
  if (outcome !== undefined && !known.outcomes.includes(outcome))
    throw new UsageError(
      `${command} has no outcome '${outcome}'${didYouMean(outcome, known.outcomes)}; ` +
        `outcomes: ${known.outcomes.join(', ')}`,
    );
  return { label, command, ...(outcome === undefined ? {} : { outcome }), wanted_percent };
}
