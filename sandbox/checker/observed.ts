/**
 * The end of a run, as the checker is shown it: what AWS, GitHub and Slack have, what had been there before, and what
 * people did by hand. Plain data; nothing in it was read by Keyturn's own code.
 */
export interface Observed {
  readonly now: Date;
  readonly law: Law;
  readonly aws: ObservedAws;
  readonly issues: readonly ObservedIssue[];
  /** The messages of the channel, each with its thread. */
  readonly threads: readonly ObservedThread[];
  /** Answers of the bot that said "Requested". */
  readonly promises: readonly ObservedPromise[];
}

export type Kind = 'runbook' | 'strict' | 'undo' | 'exempt';

/** What people had agreed on, and who is who. */
export interface Law {
  readonly repositoryId: number;
  /** base64 of the SPKI form. */
  readonly publicKeys: readonly string[];
  readonly quorums: Readonly<Record<Kind, { readonly approvers: readonly string[]; readonly count: number }>>;
  readonly selfApproval: boolean;
  /** Slack ids by user group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Slack ids of those who may decide anything at all. */
  readonly members: readonly string[];
  /** Whole days. */
  readonly maxAccessKeyAge: number;
  /** ARNs of those who may write to AWS: the bot alone. */
  readonly writers: readonly string[];
  /** How many keys may be deactivated within 24 hours; a password that is deleted counts like one. */
  readonly keysDeactivatedPerDay: number;
  /** Milliseconds by which the clocks of AWS and GitHub may disagree in this run. */
  readonly clocksApart: number;
}

export interface ObservedAws {
  readonly before: readonly ObservedUser[];
  readonly users: readonly ObservedUser[];
  /** Of people, outside of Keyturn, in order. */
  readonly byHand: readonly HandMade[];
  /** Every request that was signed by anybody, whatever came of it. */
  readonly requests: readonly ObservedRequest[];
  readonly executions: readonly ObservedExecution[];
}

export interface ObservedUser {
  readonly accountId: string;
  readonly userId: string;
  readonly name: string;
  readonly keys: readonly { readonly id: string; readonly status: string; readonly createdAt: Date }[];
  readonly hasPassword: boolean;
  /** What AWS Config says. It takes a key that was turned on again for a new one, so it may not name who has an old one. */
  readonly isNonCompliant: boolean;
}

/** A key's status, or that the password of a user was taken away or given. */
export type HandMade =
  | { readonly keyId: string; readonly status: string }
  | { readonly userId: string; readonly hasPassword: boolean };

export interface ObservedRequest {
  readonly operation: string;
  readonly caller: string;
  readonly at: Date;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ObservedExecution {
  readonly id: string;
  readonly accountId: string;
  readonly userId: string;
  readonly tagKeys: readonly string[];
  readonly startedAt: Date;
}

export interface ObservedIssue {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly body: string;
  readonly comments: readonly ObservedComment[];
  /** Deleted, or transferred: nobody sees it here any more, Keyturn included. */
  readonly isGone: boolean;
}

export interface ObservedComment {
  readonly id: number;
  readonly body: string;
  readonly createdAt: Date;
}

export interface ObservedMessage {
  readonly ts: string;
  readonly text: string;
  /** Of a message of the bot's own: which notice it is, by the metadata that it bears. */
  readonly notice?: string;
}

export interface ObservedThread extends ObservedMessage {
  readonly replies: readonly ObservedMessage[];
}

export interface ObservedPromise {
  /** Slack id of who was told. */
  readonly person: string;
  readonly issue: number;
}
