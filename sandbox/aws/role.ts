/** Who may assume a role, and how. */
export type Trust =
  /** A service of AWS, such as the runbook's ssm.amazonaws.com. */
  | { readonly kind: 'service'; readonly service: string }
  /** GitHub's OIDC provider: the token's `aud` must be the audience, its `sub` one of the subjects, letter by letter. */
  | { readonly kind: 'github'; readonly audience: string; readonly subjects: readonly string[] }
  /** Other accounts (12 digits), or single roles and users of theirs by ARN. */
  | {
      readonly kind: 'principals';
      readonly principals: readonly string[];
      /** Whether the policy allows sts:SetSourceIdentity too. Default: no, as with AWS. */
      readonly allowsSourceIdentity?: boolean;
    };

export interface Role {
  readonly accountId: string;
  /** The unique id (`AROA…`). */
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  trust: Trust;
  maxSessionSeconds: number;
  /** Its sessions end after so many seconds, whatever was asked for: for tests that cannot wait for an hour. */
  sessionSeconds?: number;
}

export interface RoleSeed {
  readonly account?: string;
  readonly name: string;
  readonly trust: Trust;
  /** Default: 3600. */
  readonly maxSessionSeconds?: number;
}

/** Temporary credentials that STS handed out. */
export interface Session {
  readonly accountId: string;
  readonly role: Role;
  readonly name: string;
  /** Stays with the session, and with those that it opens in turn. */
  readonly sourceIdentity: string | undefined;
  readonly expiresAt: Date;
}

export function assumedRoleArn({ role, name }: Pick<Session, 'role' | 'name'>): string {
  return `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${name}`;
}
