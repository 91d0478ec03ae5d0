/** What Slack says of a user, as far as rights depend on it. */
export interface Flags {
  readonly teamId: string;
  readonly isBot: boolean;
  readonly isDeleted: boolean;
  /** A guest of several channels. */
  readonly isRestricted: boolean;
  /** A guest of one channel. */
  readonly isUltraRestricted: boolean;
  /** Somebody of another workspace, met in a shared channel. */
  readonly isStranger: boolean;
}

export interface Person extends Flags {
  readonly name: string;
  readonly id: string;
}

export const teamId = 'T0KEYTURN01';
export const otherTeamId = 'T0OTHER0001';
export const appId = 'A0KEYTURN01';
export const botName = 'keyturn';
export const botId = 'B0KEYTURN01';
export const botUserId = 'U0KEYTURN01';
export const approvalsChannelId = 'C0APPROVALS';
/** A public channel that the bot has not joined. */
export const otherChannelId = 'C0ELSEWHERE';
export const securityGroupId = 'S0SECURITY';

const member: Flags = {
  teamId,
  isBot: false,
  isDeleted: false,
  isRestricted: false,
  isUltraRestricted: false,
  isStranger: false,
};

function person(name: string, flags: Partial<Flags> = {}): Person {
  return { ...member, ...flags, name, id: `U0${name.toUpperCase()}`.padEnd(11, '0') };
}

/** Everybody at the start. */
export const cast = {
  /** Asks for remediations. */
  alice: person('alice'),
  /** Approver. */
  sam: person('sam'),
  /** Approver. */
  kim: person('kim'),
  /** A full member without any right. */
  olivia: person('olivia'),
  /** A guest. */
  gus: person('gus', { isRestricted: true }),
  /** A guest of one channel. */
  una: person('una', { isRestricted: true, isUltraRestricted: true }),
  /** A bot. */
  rob: person('rob', { isBot: true }),
  /** Somebody who has left. */
  dee: person('dee', { isDeleted: true }),
  /** A stranger. */
  sal: person('sal', { isStranger: true, teamId: otherTeamId }),
  /** A full member of another team. */
  otto: person('otto', { teamId: otherTeamId }),
};

export type PersonName = keyof typeof cast;

/** How Slack's API shows them. */
export function userFields(user: Person) {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: user.isDeleted,
    is_bot: user.isBot,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_stranger: user.isStranger,
  };
}
