import type { UserSnapshot } from './user-snapshot.ts';

/**
 * What one scan leaves behind for the next, so that it need not ask IAM again: written into the issue's
 * marker. It saves requests and decides nothing, because whoever may edit the issue can forge it: statuses and the
 * age of an Active key come from the credential report, memory is believed only where it leaves a finding and nothing
 * to write, and only within the month in which IAM was asked.
 *
 * All dates are ISO-8601 UTC with whole seconds, as AWS gives them.
 */
export interface RememberedUser {
  readonly userName: string;
  /** The month (UTC) in which IAM was asked, such as `2026-11`. */
  readonly readIn: string;
  readonly keys: readonly {
    readonly id: string;
    readonly createdAt: string;
    /** The credential report's `last_rotated` of this key when it was last read live. */
    readonly rotatedAt: string;
  }[];
  readonly loginProfileCreatedAt?: string;
  /** The credential report's `password_last_changed` when the login profile was last read live. */
  readonly passwordChangedAt?: string;
}

/** What is known of one user that AWS Config names. */
export type Evidence =
  | {
      readonly kind: 'user';
      readonly user: UserSnapshot;
      /**
       * `report`: the credential report gave dates and statuses (up to 4 h old), IAM the keys; `memory`: the same, but
       * the keys' ids are those of the issue's marker; `live`: IAM was asked just now.
       */
      readonly source: 'report' | 'memory' | 'live';
      /** Absent when the next scan has to read this user's keys again. */
      readonly remembered?: RememberedUser;
    }
  /** IAM has no user with this unique id any more. */
  | { readonly kind: 'gone'; readonly accountId: string; readonly userId: string }
  /** IAM would not say; `reason` is for people. Nothing may be concluded about this user. */
  | {
      readonly kind: 'unreadable';
      readonly accountId: string;
      readonly userId: string;
      readonly reason: string;
    };
