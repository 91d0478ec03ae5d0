import type { Account } from './account.ts';
import { AwsFailure } from './failure.ts';
import type { Call } from './operation.ts';

/** A Config aggregator: what it shows is a copy of what Config knows in the accounts, in one region. */
export interface Aggregator {
  /** Account id of whose it is. */
  readonly owner: string;
  readonly region: string;
  readonly accountIds: string[];
  /** Its answers begin with a page without any, as AWS may give them while more follow. */
  emptyPageFirst?: boolean;
}

/** The accounts that an aggregator of the caller's shows. Throws what Config answers when there is none of that name. */
export function accountsOf(
  { world, account, region }: Call,
  name: string,
): { readonly aggregator: Aggregator; readonly accounts: readonly Account[] } {
  const aggregator = world.aggregators.get(name);
  if (!aggregator || aggregator.owner !== account.id || aggregator.region !== region) {
    throw new AwsFailure(
      'NoSuchConfigurationAggregatorException',
      'The configuration aggregator does not exist.',
    );
  }
  const accounts = aggregator.accountIds
    .map((id) => world.account(id))
    .filter((member) => member.region === aggregator.region);
  return { aggregator, accounts };
}
