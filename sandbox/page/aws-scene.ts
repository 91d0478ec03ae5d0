/** What AWS has: users and keys as IAM knows them, what Config says of them, runs of the runbook, and what was asked. */
import { wholeDays } from '../../shared/keys/age.ts';
import type { Execution, ExecutionStatus } from '../aws/automation.ts';
import type { ConfigRule } from '../aws/config-state.ts';
import type { IamKey, IamUser } from '../aws/iam-user.ts';
import type { LoggedRequest } from '../aws/request-log.ts';
import type { Loop } from '../loop.ts';

export interface KeyScene {
  readonly id: string;
  readonly status: IamKey['status'];
  /** Whole days. */
  readonly age: number;
  readonly isOverAge: boolean;
  /** ISO-8601 UTC; absent: never used. */
  readonly lastUsedAt?: string;
  readonly lastUsedFor?: string;
}

export interface UserScene {
  readonly name: string;
  readonly id: string;
  readonly keys: readonly KeyScene[];
  readonly hasPassword: boolean;
  /** What Config's rule says; absent: it has not evaluated the user. */
  readonly verdict?: string;
  /** Config has not seen yet what IAM knows: an old verdict, or an old name. */
  readonly stale?: string;
}

export interface ExecutionScene {
  readonly id: string;
  readonly user: string;
  readonly status: ExecutionStatus;
  /** ISO-8601 UTC. */
  readonly startedAt: string;
  /** What the runbook said; empty until it has ended. */
  readonly said: string;
}

export interface RequestScene {
  /** Counted from the first one. */
  readonly number: number;
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly operation: string;
  readonly isWrite: boolean;
  readonly about: string;
}

export interface AwsScene {
  readonly account: string;
  readonly region: string;
  /** Whole days. */
  readonly maxAccessKeyAge: number;
  readonly users: readonly UserScene[];
  /** Newest first. */
  readonly executions: readonly ExecutionScene[];
  /** Newest first. */
  readonly requests: readonly RequestScene[];
}

const requestsShown = 40;
const writes = /^(?:Start|Update|Delete|Create|Put)/;
/** The fields that say what a request is about; none of them is a secret. */
const telling = ['UserName', 'AccessKeyId', 'Status', 'ConfigRuleName', 'resourceIds', 'RoleSessionName'];

export function readAws({ aws }: Loop): AwsScene {
  const { world } = aws;
  const account = world.account();
  world.automation.advance(world);
  const [rule] = account.config.rules.values();
  const seen = { rule, limit: rule?.maxAccessKeyAge ?? 90, now: world.now() };
  const nameOf = (id = '') => account.users.get(id)?.name ?? id;
  return {
    account: account.id,
    region: account.region,
    maxAccessKeyAge: seen.limit,
    users: [...account.users.values()].map((user) =>
      userScene(user, account.config.recordedUsers.get(user.id)?.name, seen),
    ),
    executions: world.automation.executions
      .toReversed()
      .map((execution) => executionScene(execution, nameOf(execution.parameters['IAMResourceId']?.[0]))),
    requests: aws.requests.list
      .map((request, index) => requestScene(request, index + 1))
      .slice(-requestsShown)
      .toReversed(),
  };
}

interface Seen {
  readonly rule: ConfigRule | undefined;
  readonly limit: number;
  readonly now: Date;
}

function userScene(user: IamUser, recordedName: string | undefined, { rule, limit, now }: Seen): UserScene {
  const keys = user.accessKeys.map((key) => keyScene(key, limit, now));
  const verdict = rule?.results.get(user.id)?.compliance;
  const truth = keys.some((key) => key.isOverAge && key.status === 'Active') ? 'NON_COMPLIANT' : 'COMPLIANT';
  const stale =
    recordedName !== undefined && recordedName !== user.name
      ? `recorded as ${recordedName}`
      : verdict !== undefined && verdict !== truth
        ? 'not re-evaluated yet'
        : undefined;
  return {
    name: user.name,
    id: user.id,
    keys,
    hasPassword: user.loginProfile !== undefined,
    ...(verdict && { verdict }),
    ...(stale && { stale }),
  };
}

function keyScene({ id, status, createdAt, lastUsed }: IamKey, limit: number, now: Date): KeyScene {
  const age = wholeDays(createdAt, now);
  return {
    ...{ id, status, age, isOverAge: age > limit },
    ...(lastUsed && { lastUsedAt: lastUsed.at.toISOString(), lastUsedFor: lastUsed.service }),
  };
}

function executionScene({ id, status, startedAt, output, failure }: Execution, user: string): ExecutionScene {
  const said = output === undefined ? (failure ?? '') : (/"output":"([^"]*)"/.exec(output)?.[1] ?? output);
  return { id, user, status, startedAt: startedAt.toISOString(), said };
}

function requestScene({ operation, at, input }: LoggedRequest, number: number): RequestScene {
  const about = telling.flatMap((name) => (input[name] === undefined ? [] : [String(input[name])]));
  return {
    ...{ number, operation, about: about.join(' · ') },
    at: at.toISOString(),
    isWrite: writes.test(operation) && operation !== 'StartConfigRulesEvaluation',
  };
}
