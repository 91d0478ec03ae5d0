/**
 * What a remediation needs of the world. Types only; shared/aws, shared/github, bot and the tests' fakes implement it.
 * Every method rejects with a KeyturnError that a person can act on; what a rejected write did is unknown, so callers
 * read back.
 */
import type { KeyObject } from 'node:crypto';
import type { UserSnapshot } from '../keys/user-snapshot.ts';
import type { GroupMembers } from '../policy/approvals.ts';
import type { Policy } from '../policy/schema.ts';
import type { TrailComment } from '../trail/comment.ts';
import type { Actor, TrailEvent } from '../trail/events.ts';
import type { Plan } from '../trail/plan.ts';
import type { RequestState } from '../trail/state.ts';
import type { Subject } from '../trail/subject.ts';
import type { BulkBoard, BulkIssues } from './bulk-ports.ts';
import type { Locks } from './locks.ts';
import type { Pacer } from './pacer.ts';

/** A user whose keys are in question. */
export interface Finding {
  /** 12 digits. */
  readonly accountId: string;
  /** The unique id (`AIDA…`). */
  readonly userId: string;
}

export interface LiveUsers {
  /**
   * The user as IAM has it now, with `configName` as Config has it now. `nameHint` saves a search when it is right; the
   * unique id decides. Undefined: IAM has no such user any more. Rejects when IAM or Config will not say.
   */
  readUser(finding: Finding, nameHint: string | undefined): Promise<UserSnapshot | undefined>;
  /** UpdateAccessKey. The same status once more does no harm. */
  setKeyStatus(user: UserSnapshot, keyId: string, status: 'Active' | 'Inactive'): Promise<void>;
}

/** The Config rule as it is deployed where the policy says. */
export interface RuleFacts {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  /** Whole days. */
  readonly maxAccessKeyAge: number;
}

export interface Rules {
  readRule(accountId: string): Promise<RuleFacts>;
}

/** A place where the runbook runs, with limits of its own. */
export interface RunbookPlace {
  readonly accountId: string;
  readonly region: string;
}

export interface RunbookDocument {
  readonly name: string;
  readonly version: string;
  /** DescribeDocument's content hash. */
  readonly hash: string;
}

export interface RunbookStart {
  readonly document: RunbookDocument;
  /** AutomationAssumeRole. */
  readonly roleArn: string;
  /** IAMResourceId. */
  readonly userId: string;
  /** MaxCredentialUsageAge, whole days. */
  readonly maxCredentialUsageAge: number;
  /** A UUID. AWS takes it once. */
  readonly clientToken: string;
  /** The key of a tag (its value may be anything): executions are found by tag key alone. */
  readonly tagKey: string;
}

export type StartAnswer =
  | { readonly kind: 'started'; readonly executionId: string }
  /** AWS has seen the token before (IdempotentParameterMismatch and the like): there may be an execution already. */
  | { readonly kind: 'token-used' }
  /** AWS will not start it, now or later, such as for want of a permission. `reason` is for people. */
  | { readonly kind: 'refused'; readonly reason: string };

/** One automation execution, as a row of DescribeAutomationExecutions tells. */
export interface Execution {
  /** AutomationExecutionId. */
  readonly id: string;
  /** AutomationExecutionStatus, such as `InProgress`; values that this version does not know may appear. */
  readonly status: string;
  /** The text of `RevokeUnusedIAMUserCredentialsAndVerify.Output`, if there is any. */
  readonly output?: string;
  readonly failure?: string;
}

export interface ExecutionPage {
  readonly executions: readonly Execution[];
  /** Absent: this was the last page. */
  readonly nextToken?: string;
}

export interface Runbooks {
  /** DescribeDocument of AWSConfigRemediation-RevokeUnusedIAMUserCredentials. */
  describeDocument(place: RunbookPlace, version: string): Promise<RunbookDocument>;
  /** StartAutomationExecution. Rejects when it is not certain that nothing was started. */
  start(place: RunbookPlace, start: RunbookStart): Promise<StartAnswer>;
  /** The execution with this tag key, by DescribeAutomationExecutions; AWS keeps them for 30 days. */
  findByTag(place: RunbookPlace, tagKey: string): Promise<Execution | undefined>;
  /** One request for at most 50 executions of the document that started at or after `since`. */
  listSince(place: RunbookPlace, since: Date, nextToken: string | undefined): Promise<ExecutionPage>;
}

/** A GitHub issue with the label `keyturn`. */
export interface TrailIssue {
  readonly number: number;
  readonly url: string;
  /** From the marker in its body: anybody who may write to the repository can change it. */
  readonly finding: Finding;
  /** What the marker calls the user: a hint. */
  readonly userName: string | undefined;
  /** When the oldest key that the marker remembers was made: a hint, too. */
  readonly oldestKeyAt?: Date;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly comments: number;
}

export interface Hints {
  readonly pending: boolean;
  readonly exempt: boolean;
}

export interface Issues {
  /** Those with a marker, of any state, that were updated at or after `since`. */
  listSince(since: Date): Promise<readonly TrailIssue[]>;
  /** All that name this finding: more than one is a fault. */
  listFor(finding: Finding): Promise<readonly TrailIssue[]>;
  read(number: number): Promise<TrailIssue>;
  /** Sets or removes the labels `keyturn:pending` and `keyturn:exempt`; writes nothing when they are right. */
  setHints(number: number, hints: Hints): Promise<void>;
  /** Closes it as completed; nothing when it is closed. */
  close(number: number): Promise<void>;
}

export interface Comments {
  /** All comments of the issue. */
  list(issue: number): Promise<readonly TrailComment[]>;
  /**
   * Writes one comment, once: never repeats a request whose answer is unclear. Rejects instead of writing it minutes
   * later (a rate limit): an envelope whose comment is 15 minutes younger breaks the trail.
   */
  append(issue: number, body: string): Promise<void>;
}

/** Where a request is shown: a message in Slack and its thread. */
export interface Card {
  readonly channel: string;
  readonly ts: string;
}

/** What is shown before anything is recorded. */
export interface Draft {
  readonly requestId: string;
  readonly issue: TrailIssue;
  readonly user: UserSnapshot;
  readonly plan: Plan;
  readonly requester: Actor;
  readonly reason: string;
  readonly expiresAt: Date;
}

/** One thing to say in a request's thread. */
export interface Notice {
  /** Names it for good: the short hash of the envelope that it tells of, or words such as `still-running`. */
  readonly key: string;
  /** Those that the envelope holds, in order; none for a notice that nothing was recorded for. */
  readonly events: readonly TrailEvent[];
  /** The same for people who read Markdown: what stands on the issue. */
  readonly readable: string;
  /** One short line about something that goes its way. */
  readonly isProgress?: true;
  /** The user, in the thread of a bulk request, where one line has to do for each. */
  readonly about?: string;
}

/** Slack, as a view of the trail. Everything but `post` may be repeated. */
export interface Conversation {
  /** Posts the card without buttons. */
  post(draft: Draft): Promise<Card>;
  /** Renders the card anew: with buttons while the request is pending. `withdrawn`: it was never recorded. */
  show(card: Card, request: RequestState | 'withdrawn', issue: TrailIssue): Promise<void>;
  /** The keys of the notices that the thread has. */
  readNotices(card: Card): Promise<ReadonlySet<string>>;
  notify(card: Card, notice: Notice, issue: Pick<TrailIssue, 'number' | 'url'>): Promise<void>;
}

export interface Directory {
  /** Members of these user groups; a group is left out when Slack cannot say who is in it. */
  readMembers(groupIds: readonly string[]): Promise<GroupMembers>;
  /** Whether this is a person of this workspace with full rights: no bot, guest, stranger or deleted user. */
  isFullMember(userId: string): Promise<boolean>;
}

export interface Policies {
  /** The policy as it stands on the default branch now. */
  read(): Promise<Policy>;
}

export interface Clock {
  now(): Date;
  /** Milliseconds. */
  sleep(duration: number): Promise<void>;
  /** At least 0 and less than 1. */
  random(): number;
}

/** Told of what failed and will be tried again. */
export interface Log {
  failed(task: string, error: unknown): void;
}

/** All that the use cases need, made once by the composition root. */
export interface World {
  /** GitHub's numeric id of the repository. */
  readonly repositoryId: Subject['repositoryId'];
  /** The bot's Ed25519 private key. */
  readonly trailKey: KeyObject;
  readonly users: LiveUsers;
  readonly rules: Rules;
  readonly runbooks: Runbooks;
  readonly issues: Issues;
  readonly comments: Comments;
  readonly bulkIssues: BulkIssues;
  readonly conversation: Conversation;
  readonly bulkBoard: BulkBoard;
  readonly directory: Directory;
  readonly policies: Policies;
  readonly clock: Clock;
  readonly log: Log;
  readonly locks: Locks;
  /** StartAutomationExecution: one a second for each place. */
  readonly startPacer: Pacer;
  /** DescribeAutomationExecutions: three a second for each place. */
  readonly listPacer: Pacer;
}
