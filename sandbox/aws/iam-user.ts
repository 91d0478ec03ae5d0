/** The state of IAM users. Plain data that tests may change at any time. */
export interface IamKey {
  readonly id: string;
  status: 'Active' | 'Inactive' | 'Expired';
  createdAt: Date;
  /** When the status was last changed; the credential report's `last_rotated` then says this instead of createdAt. */
  statusChangedAt: Date | undefined;
  lastUsed: KeyUse | undefined;
}

export interface KeyUse {
  readonly at: Date;
  readonly service: string;
  readonly region: string;
}

export interface IamLoginProfile {
  createdAt: Date;
  /** The credential report's `password_last_changed`. */
  changedAt: Date;
}

export interface IamUser {
  readonly id: string;
  name: string;
  path: string;
  createdAt: Date;
  tags: Record<string, string>;
  accessKeys: IamKey[];
  loginProfile: IamLoginProfile | undefined;
  /** IAM keeps this after the password is deleted. */
  passwordLastUsedAt: Date | undefined;
}

export interface KeySeed {
  readonly id?: string;
  /** Default: Active. */
  readonly status?: IamKey['status'];
  readonly createdAt: Date;
  readonly statusChangedAt?: Date;
  /** Absent: never used. Service default: s3; region default: us-east-1. */
  readonly lastUsed?: { readonly at: Date; readonly service?: string; readonly region?: string };
}

export interface UserSeed {
  /** Default: the world's default account. */
  readonly account?: string;
  readonly name: string;
  readonly id?: string;
  /** Default: `/`. */
  readonly path?: string;
  /** Default: when the oldest key was made, else 400 days ago. */
  readonly createdAt?: Date;
  readonly tags?: Readonly<Record<string, string>>;
  readonly keys?: readonly KeySeed[];
  /** Absent: no console password. */
  readonly loginProfile?: { readonly createdAt: Date; readonly changedAt?: Date };
  readonly passwordLastUsedAt?: Date;
  /** Whether Config has recorded the user. Default: whether the account's recorder records IAM users. */
  readonly recorded?: boolean;
}

/** Makes a user from its seed. `newId` gives an id for each prefix (`AIDA`, `AKIA`). */
export function userFrom(
  seed: UserSeed,
  createdBefore: Date,
  newId: (prefix: 'AIDA' | 'AKIA') => string,
): IamUser {
  const accessKeys = (seed.keys ?? []).map((key) => keyFrom(key, newId));
  const profile = seed.loginProfile;
  return {
    id: seed.id ?? newId('AIDA'),
    name: seed.name,
    path: seed.path ?? '/',
    createdAt: seed.createdAt ?? earliest(accessKeys.map((key) => key.createdAt)) ?? createdBefore,
    tags: { ...seed.tags },
    accessKeys,
    loginProfile: profile && {
      createdAt: profile.createdAt,
      changedAt: profile.changedAt ?? profile.createdAt,
    },
    passwordLastUsedAt: seed.passwordLastUsedAt,
  };
}

export function keyFrom(seed: KeySeed, newId: (prefix: 'AKIA') => string): IamKey {
  const used = seed.lastUsed;
  return {
    id: seed.id ?? newId('AKIA'),
    status: seed.status ?? 'Active',
    createdAt: seed.createdAt,
    statusChangedAt: seed.statusChangedAt,
    lastUsed: used && { at: used.at, service: used.service ?? 's3', region: used.region ?? 'us-east-1' },
  };
}

/** The user as it is now, for whoever changes it next. */
export function copyOf(user: IamUser): IamUser {
  return { ...user, tags: { ...user.tags }, accessKeys: user.accessKeys.map((key) => ({ ...key })) };
}

/** A status that does not change leaves `statusChangedAt` alone. */
export function setStatus(key: IamKey, status: IamKey['status'], now: Date): void {
  if (key.status !== status) key.statusChangedAt = now;
  key.status = status;
}

export function userArn(accountId: string, user: Pick<IamUser, 'name' | 'path'>): string {
  return `arn:aws:iam::${accountId}:user${user.path}${user.name}`;
}

function earliest(dates: readonly Date[]): Date | undefined {
  return dates.toSorted((a, b) => a.getTime() - b.getTime())[0];
}
