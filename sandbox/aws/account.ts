import { type ConfigState, emptyConfig } from './config-state.ts';
import type { ReportCache } from './credential-report.ts';
import { noSuchEntity } from './failure.ts';
import { copyOf, type IamUser } from './iam-user.ts';
import type { Role } from './role.ts';

/** One AWS account. */
export interface Account {
  /** 12 digits. */
  readonly id: string;
  /** Where Config and the runbook are deployed; IAM is global. */
  region: string;
  createdAt: Date;
  /** By unique id. */
  readonly users: Map<string, IamUser>;
  /** By name. */
  readonly roles: Map<string, Role>;
  readonly config: ConfigState;
  readonly report: ReportCache;
  /** Users as IAM still shows them for so many reads after a write, by unique id. */
  readonly lagging: Map<string, { readonly before: IamUser; reads: number }>;
}

export function newAccount(id: string, region: string): Account {
  return {
    id,
    region,
    createdAt: new Date('2021-06-01T12:00:00Z'),
    users: new Map(),
    roles: new Map(),
    config: { ...emptyConfig(), recorder: { recording: true, types: 'all' } },
    report: { pollsUntilReady: 0, pendingPolls: undefined, latest: undefined },
    lagging: new Map(),
  };
}

/** Config is regional: in any other region than the account's own it has no rule, no recorder and no users. */
export function configOf(account: Account, region: string): ConfigState {
  return region === account.region ? account.config : emptyConfig();
}

/** Two users never have names that differ only in case, and IAM finds them in any case. */
export function userNamed(account: Account, name: string): IamUser {
  // Thousands of users are looked up thousands of times: the cheap comparison first.
  for (const user of account.users.values()) if (user.name === name) return user;
  const wanted = name.toLowerCase();
  for (const user of account.users.values()) if (user.name.toLowerCase() === wanted) return user;
  throw noSuchEntity(`The user with name ${name} cannot be found.`);
}

/** The user as a read shows it, which is for a while what it was before the last write. */
export function visible(account: Account, user: IamUser): IamUser {
  const lag = account.lagging.get(user.id);
  if (!lag || lag.reads === 0) return user;
  lag.reads -= 1;
  return lag.before;
}

/** Changes a user; the next `lagReads` reads do not see it yet. */
export function writeUser(
  account: Account,
  user: IamUser,
  lagReads: number,
  change: (user: IamUser) => void,
): void {
  if (lagReads > 0) account.lagging.set(user.id, { before: copyOf(user), reads: lagReads });
  change(user);
}
