/**
 * An IAM access key as it stands at one moment.
 *
 * Source: IAM ListAccessKeys (id, status, createdAt) and GetAccessKeyLastUsed or the credential report
 * (last use; AWS keeps it with a 15-minute grain and none for keys not used since 2015-04-22).
 */
export interface AccessKey {
  readonly id: string;
  /** `Expired` is AWS's third status; Keyturn refuses to remediate a user that has such a key. */
  readonly status: 'Active' | 'Inactive' | 'Expired';
  readonly createdAt: Date;
  /** Absent: never used. */
  readonly lastUsedAt?: Date;
  /** AWS service that the key was last used for, such as `s3`. */
  readonly lastUsedService?: string;
  readonly lastUsedRegion?: string;
}

/** One IAM user as it stands at one moment: everything that a plan is made from. */
export interface UserSnapshot {
  /** 12 digits. */
  readonly accountId: string;
  /** The unique id (`AIDA…`): unlike the name it is never given to another user. */
  readonly userId: string;
  readonly userName: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly accessKeys: readonly AccessKey[];
  /** When the login profile (the console password) was created. Absent: the user has none. */
  readonly loginProfileCreatedAt?: Date;
  /** Absent: the password was never used, or there is none. */
  readonly passwordLastUsedAt?: Date;
  /** The user name that AWS Config records for this unique id. Absent: Config does not record the user. */
  readonly configName?: string;
}
