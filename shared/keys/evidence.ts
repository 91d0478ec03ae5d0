import type { UserSnapshot } from './user-snapshot.ts';

/**
 * What one scan leaves behind for the next, so that it need not ask IAM again: written into the issue's
 * marker. It saves requests and decides nothing: whatever hangs on keys is read live first.
 *
 * All dates are ISO-8601 UTC with whole seconds, as AWS gives them.
 */
export interface RememberedUser {
  readonly userName: string;
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
      /** `report`: the credential report gave dates and statuses (up to 4 h old); `live`: IAM was asked just now. */
      readonly source: 'report' | 'live';
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
