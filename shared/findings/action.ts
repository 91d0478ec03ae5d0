import type { Evidence } from '../keys/evidence.ts';
import type { Finding } from './finding.ts';
import type { IssueHold } from './hold.ts';
import type { IssueChange, IssueRecord, NewIssue } from './ports.ts';
import type { Subject } from './subject.ts';

/** What the scan knows of one user before it decides. */
export interface Case {
  readonly subject: Subject;
  /** Whether AWS Config calls the user NON_COMPLIANT. */
  readonly nonCompliant: boolean;
  /** Absent when Config does not name the user: IAM has not been asked yet. */
  readonly evidence?: Evidence;
  readonly issue?: IssueRecord;
  readonly hold: IssueHold;
  /** Numbers of the issues with a broken trail that this user's issue stands for. */
  readonly broken: readonly number[];
}

interface ChangeOfState {
  readonly subject: Subject;
  readonly issue: IssueRecord;
  /** Written before the change is made: what cannot be explained is not done. */
  readonly comment: string;
  readonly change: IssueChange;
}

/** One thing to do to one issue. Nothing is left to decide. */
export type Action =
  | {
      readonly kind: 'open';
      readonly subject: Subject;
      readonly finding: Finding;
      readonly issue: NewIssue;
    }
  | {
      readonly kind: 'update';
      readonly subject: Subject;
      readonly issue: IssueRecord;
      /** What people should know besides, such as a key that became Active again. */
      readonly comment?: string;
      readonly change: IssueChange;
    }
  | ({ readonly kind: 'close' } & ChangeOfState)
  | ({ readonly kind: 'reopen' } & ChangeOfState)
  /** Closes an issue in favour of the one that is kept. */
  | ({ readonly kind: 'duplicate'; readonly kept: IssueRecord } & ChangeOfState)
  /** Labels and closes an issue whose trail is broken. */
  | ({ readonly kind: 'broken' } & ChangeOfState)
  | {
      readonly kind: 'nothing';
      readonly subject: Subject;
      readonly issue?: IssueRecord;
      /** For people who ask why: one line. */
      readonly reason: string;
    };

/** A case that hangs on what IAM says at this moment. `settle` decides it. */
export interface Confirmation {
  readonly kind: 'confirm';
  readonly subject: Subject;
  readonly issue: IssueRecord;
  /** A hint for the live read. */
  readonly userName?: string;
  readonly case: Case;
}

export type Step = Action | Confirmation;
