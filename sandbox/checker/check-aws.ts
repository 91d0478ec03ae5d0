import type { Observed, ObservedRequest, ObservedUser } from './observed.ts';
import type { Request } from './requests.ts';

/** What reads, or changes nobody's credentials. */
const harmless = /^(Get|List|Describe|Select|Generate|Assume|StartConfigRulesEvaluation)/;

/** No key is touched without a valid approved request, and nothing is done twice. */
export function checkAws(observed: Observed, requests: readonly Request[]): string[] {
  const { aws, law } = observed;
  const writes = aws.requests.filter(({ operation }) => !harmless.test(operation));
  return [
    ...writes
      .filter(({ caller }) => !law.writers.includes(caller))
      .map((write) => `${name(write)} by ${write.caller}`),
    ...writes.flatMap((write) =>
      isCovered(write, observed, requests) ? [] : `${name(write)}: nobody approved that`,
    ),
    ...executionProblems(observed, requests),
    ...changes(observed).flatMap((change) => explain(change, observed, requests)),
    ...requests.flatMap((request) => falseWord(request, observed)),
  ];
}

function name({ operation, at, input }: ObservedRequest): string {
  const what = input['AccessKeyId'] ?? input['UserName'] ?? input['ClientToken'] ?? '';
  return `${operation} ${String(what)} at ${at.toISOString()}`;
}

/** Started, by GitHub's own time, before AWS was asked. */
function isBefore({ startedAt }: Request, at: Date, { law }: Observed): boolean {
  return startedAt !== undefined && startedAt.getTime() <= at.getTime() + law.clocksApart;
}

function isCovered(write: ObservedRequest, observed: Observed, requests: readonly Request[]): boolean {
  const begun = requests.filter((request) => isBefore(request, write.at, observed));
  const { AccessKeyId: keyId, Status: status } = write.input;
  switch (write.operation) {
    case 'UpdateAccessKey':
      return begun.some(
        ({ plan, startedKeys, userId }) =>
          plan.kind === (status === 'Active' ? 'undo' : 'strict') &&
          startedKeys.includes(String(keyId)) &&
          ownerOf(String(keyId), observed) === userId,
      );
    case 'StartAutomationExecution':
      return begun.some(
        ({ id, plan }) => plan.kind === 'runbook' && JSON.stringify(write.input).includes(id),
      );
    default:
      return false;
  }
}

function ownerOf(keyId: string, { aws }: Observed): string | undefined {
  const users = [...aws.before, ...aws.users];
  return users.find(({ keys }) => keys.some(({ id }) => id === keyId))?.userId;
}

function executionProblems(observed: Observed, requests: readonly Request[]): string[] {
  const { executions } = observed.aws;
  return executions.flatMap((execution) => {
    const request = requests.find(({ id }) => execution.tagKeys.includes(`keyturn:${id}`));
    if (!request?.startedAt || request.plan.kind !== 'runbook')
      return `execution ${execution.id} belongs to no start`;
    if (request.accountId !== execution.accountId)
      return `execution ${execution.id} ran in account ${execution.accountId}`;
    if (request.userId !== execution.userId) return `execution ${execution.id} ran for ${execution.userId}`;
    const first = executions.find(({ tagKeys }) => tagKeys.includes(`keyturn:${request.id}`));
    return first === execution ? [] : `request ${request.id} was executed twice`;
  });
}

interface Change {
  readonly user: ObservedUser;
  /** Absent: the password is gone. */
  readonly key?: { readonly id: string; readonly status: string };
}

/** What is not as it was at the beginning, or as people left it. */
function changes({ aws }: Observed): Change[] {
  const statuses = new Map(aws.before.flatMap(({ keys }) => keys.map(({ id, status }) => [id, status])));
  const passwords = new Map(aws.before.map(({ userId, hasPassword }) => [userId, hasPassword]));
  for (const change of aws.byHand) {
    if ('keyId' in change) statuses.set(change.keyId, change.status);
    else passwords.set(change.userId, change.hasPassword);
  }
  return aws.users.flatMap((user) => [
    ...user.keys
      .filter(({ id, status }) => statuses.has(id) && statuses.get(id) !== status)
      .map((key) => ({ user, key })),
    ...(passwords.get(user.userId) && !user.hasPassword ? [{ user }] : []),
  ]);
}

function explain({ user, key }: Change, { aws }: Observed, requests: readonly Request[]): string[] {
  const executed = (id: string) => aws.executions.some(({ tagKeys }) => tagKeys.includes(`keyturn:${id}`));
  const ran = requests.filter(({ id, userId }) => userId === user.userId && executed(id));
  if (!key) {
    const isPlanned = ran.some(({ plan }) => plan.deletesLoginProfile);
    return isPlanned ? [] : [`the password of ${user.name} is gone: nobody approved that`];
  }
  const isWritten = aws.requests.some(
    ({ operation, input }) =>
      operation === 'UpdateAccessKey' && input['AccessKeyId'] === key.id && input['Status'] === key.status,
  );
  const isRun = key.status === 'Inactive' && ran.some(({ plan }) => plan.updates?.includes(key.id));
  return isWritten || isRun ? [] : [`${key.id} of ${user.name} is ${key.status}: nobody approved that`];
}

/** What was verified as changed and was never asked of AWS. */
function falseWord({ id, plan, outcomes = [] }: Request, { aws }: Observed): string[] {
  const changed = outcomes.filter(({ outcome }) => outcome === 'deactivated' || outcome === 'reactivated');
  const isDone = (keyId: string) =>
    plan.kind === 'runbook'
      ? aws.executions.some(({ tagKeys }) => tagKeys.includes(`keyturn:${id}`))
      : aws.requests.some(
          ({ operation, input }) => operation === 'UpdateAccessKey' && input['AccessKeyId'] === keyId,
        );
  return changed
    .filter((key) => !isDone(key.id))
    .map((key) => `request ${id} says of ${key.id} what nobody did`);
}
