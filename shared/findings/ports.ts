/**
 * What the scan needs of the world. Types only; shared/aws, shared/github and the tests' fakes implement it.
 * Every method rejects with a KeyturnError that a person can act on.
 */
import type { KeyturnError } from '../errors.ts';
import type { Evidence, RememberedUser } from '../keys/evidence.ts';
import type { TrailComment } from '../trail/comment.ts';
import type { IssueHold } from './hold.ts';
import type { Subject } from './subject.ts';

/** The Config rule ACCESS_KEYS_ROTATED as it is deployed. */
export interface RuleSnapshot {
  readonly name: string;
  readonly arn: string;
  /** 12 digits, from the rule's ARN. */
  readonly accountId: string;
  readonly region: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  /** Whole days. */
  readonly maxAccessKeyAge: number;
}

export interface Compliance {
  readonly rule: RuleSnapshot;
  /** Unique ids (`AIDA…`) of the users that Config calls NON_COMPLIANT, sorted. */
  readonly nonCompliantUserIds: readonly string[];
  /** False: no user is NON_COMPLIANT, and whether the rule has any results is not known. No finding means nothing then. */
  readonly evaluated: boolean;
  /** What people should know although the scan can go on, such as a recorder that has stopped. */
  readonly warnings: readonly string[];
}

export interface ComplianceSource {
  readCompliance(): Promise<Compliance>;
}

/** All accounts of a Config aggregator, as it shows them without a look into any. */
export interface Organization {
  readonly aggregator: string;
  readonly ruleName: string;
  readonly region: string;
  /** Ids of the accounts of which the aggregator shows anything: that they have the rule, or IAM users. */
  readonly accounts: ReadonlySet<string>;
  /** How many users each account has whom the rule calls NON_COMPLIANT; accounts without any are absent. */
  readonly nonCompliant: ReadonlyMap<string, number>;
  /** Ids of the accounts with IAM users in which the rule has no results, sorted. */
  readonly withoutRule: readonly string[];
  /** Why nothing is believed of what the aggregator says of an account, by account id. */
  readonly unreadable: ReadonlyMap<string, KeyturnError>;
  /** One account, through the role in it. Nothing is asked of the account yet. */
  account(accountId: string): AccountPorts;
}

export interface AccountPorts {
  readonly compliance: ComplianceSource;
  readonly users: UserReader;
}

export interface OrganizationSource {
  /** `tracked`: whom the open issues are about, so that what AWS Config records of them is read with all others'. */
  readOrganization(tracked: readonly Subject[]): Promise<Organization>;
}

export interface UserReader {
  /**
   * Reads users economically: Config's records and the credential report for all, IAM only for what
   * `remembered` (by user id) does not already tell. One entry per id, whatever happened to that user.
   */
  readUsers(
    rule: RuleSnapshot,
    userIds: readonly string[],
    remembered: ReadonlyMap<string, RememberedUser>,
  ): Promise<ReadonlyMap<string, Evidence>>;
  /** Reads users from IAM now, by user id. The names are hints: the unique id decides. One entry per id. */
  readUsersLive(
    rule: RuleSnapshot,
    userNames: ReadonlyMap<string, string | undefined>,
  ): Promise<ReadonlyMap<string, Evidence>>;
}

/** A GitHub issue with the label `keyturn`. */
export interface IssueRecord {
  readonly number: number;
  /** The page for people. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  /** How many comments it has. */
  readonly comments: number;
  /** An app can write no comment on it. */
  readonly isLocked?: true;
  readonly updatedAt: Date;
}

export interface NewIssue {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

/** Fields that are absent stay as they are. */
export interface IssueChange {
  readonly title?: string;
  readonly body?: string;
  readonly state?: 'open' | 'closed';
  /** With state `closed`. */
  readonly stateReason?: 'completed' | 'not_planned';
  /** Besides those that are there: a label that somebody else sets at the same moment is not lost. */
  readonly addLabels?: readonly string[];
}

/** An issue at this moment. */
export interface IssueNow {
  readonly issue: IssueRecord;
  /** The text of the last comment; absent when there is none. */
  readonly lastComment?: string;
}

export interface IssueLedger {
  /** All issues with the label `keyturn`, open and closed, by number; with `since`, those updated at or after it. */
  listIssues(since?: Date): Promise<readonly IssueRecord[]>;
  /**
   * Opens the issue once: after an answer that leaves open whether it was made (a timeout, a 5xx) it looks for an
   * issue with the same body before it tries again.
   */
  openIssue(issue: NewIssue): Promise<IssueRecord>;
  readIssue(number: number): Promise<IssueNow>;
  changeIssue(number: number, change: IssueChange): Promise<void>;
  comment(number: number, body: string): Promise<void>;
}

export interface HoldReader {
  /**
   * Reads what the trails of these issues mean at `now`, by issue number. An issue that is left out counts as one
   * whose trail cannot be judged.
   */
  readHolds(issues: readonly IssueRecord[], now: Date): Promise<ReadonlyMap<number, IssueHold>>;
}

export interface CommentSource {
  /** All comments of an issue. */
  list(issue: number): Promise<readonly TrailComment[]>;
}

/** Told what is going on, for the log. */
export interface Progress {
  step(message: string): void;
}
