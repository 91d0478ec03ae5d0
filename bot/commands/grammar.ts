/**
 * What can be typed after `/keys`, and the only place that knows it: the parser and the help are made from one table.
 *
 * `/keys SUBCOMMAND USER [ACCOUNT] [--strict] [words]`: ACCOUNT is exactly 12 digits, every other word is the reason.
 */
import { accountId, userName } from '../../shared/trail/bounds.ts';

interface Form {
  /** Words that the subcommand takes, in order. `user?`: without it a modal asks. */
  readonly user: 'none' | 'optional' | 'required';
  readonly account: boolean;
  readonly strict: boolean;
  readonly days: boolean;
  readonly reason: 'none' | 'optional' | 'required';
  readonly says: string;
}

const nothing = { user: 'none', account: false, strict: false, days: false, reason: 'none' } as const;

export const forms = {
  help: { ...nothing, says: 'what can be typed here' },
  list: { ...nothing, account: true, says: 'findings, oldest key first' },
  show: {
    ...nothing,
    user: 'required',
    account: true,
    says: 'keys, last use, both plans, and what was decided',
  },
  remediate: {
    ...nothing,
    user: 'optional',
    account: true,
    strict: true,
    reason: 'optional',
    says: "asks for approval to run AWS's runbook, or with --strict to deactivate every key over age",
  },
  exempt: {
    ...nothing,
    user: 'required',
    account: true,
    days: true,
    reason: 'required',
    says: 'asks for approval to leave the keys over age alone for some days',
  },
  undo: {
    ...nothing,
    user: 'required',
    account: true,
    reason: 'optional',
    says: 'asks for approval to reactivate what the last remediation deactivated',
  },
  pending: { ...nothing, says: 'requests that wait, and for whom' },
  whoami: { ...nothing, says: 'what you may request and approve, and why' },
} as const satisfies Record<string, Form>;

export type Subcommand = keyof typeof forms;

/** What a person asked for. Only the fields that the subcommand's form has are ever present. */
export interface Command {
  readonly name: Subcommand;
  readonly user?: string;
  /** 12 digits. */
  readonly account?: string;
  readonly strict: boolean;
  /** Whole days, 1 to 365. */
  readonly days?: number;
  readonly reason?: string;
}

/** `problem` is for the person who typed it; it repeats nothing of what was typed. */
export type Parsed =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly problem: string };

/** Keyboards turn `--` into a dash of their own. */
const strictPattern = /^[-\u2010-\u2015\u2212]+strict$/i;
/** Slack turns an e-mail address, which a user name may be, into a link. */
const mailLink = /^<mailto:[^|>]*\|([^>]*)>$/;
const maxDays = 365;

/** Whether IAM could have a user of this name. */
export function isUserName(text: string): boolean {
  return userName.safeParse(text).success;
}

/** Whether it is 12 digits. */
export function isAccount(text: string): boolean {
  return accountId.safeParse(text).success;
}

export function isSubcommand(word: string): word is Subcommand {
  return Object.hasOwn(forms, word);
}

/** `/keys remediate [user] [account] [--strict] [reason]` */
export function usage(name: Subcommand): string {
  const form: Form = forms[name];
  const words = [
    `/keys ${name}`,
    form.user === 'required' ? '<user>' : form.user === 'optional' ? '[user]' : '',
    form.account ? '[account]' : '',
    form.days ? '<days>' : '',
    form.strict ? '[--strict]' : '',
    form.reason === 'required' ? '<reason>' : form.reason === 'optional' ? '[reason]' : '',
  ];
  return words.filter(Boolean).join(' ');
}

function wrong(name: Subcommand, problem: string): Parsed {
  return { ok: false, problem: `${problem} Usage: ${usage(name)}` };
}

/** `text` is what Slack sends after `/keys`, with `should_escape: false`. Nothing typed is a request for help. */
export function parseCommand(text: string): Parsed {
  const [first = 'help', ...words] = text.trim().split(/\s+/).filter(Boolean);
  const name = first.toLowerCase();
  if (!isSubcommand(name)) {
    return {
      ok: false,
      problem: `There is no such subcommand. There are: ${Object.keys(forms).join(', ')}.`,
    };
  }
  return readWords(name, forms[name], words);
}

function readWords(name: Subcommand, form: Form, words: readonly string[]): Parsed {
  const isStrict = (word: string): boolean => form.strict && strictPattern.test(word);
  const rest = words.filter((word) => !isStrict(word));
  const user = form.user === 'none' ? undefined : rest.shift()?.replace(mailLink, '$1');
  const account = form.account && isAccount(rest[0] ?? '') ? rest.shift() : undefined;
  const days = form.days ? Number(rest.shift()) : undefined;
  const reason = rest.join(' ');
  const problem = userProblem(form, user) ?? daysProblem(days) ?? reasonProblem(form, reason);
  if (problem !== undefined) return wrong(name, problem);
  const command: Command = {
    name,
    strict: words.some(isStrict),
    ...(user !== undefined && { user }),
    ...(account !== undefined && { account }),
    ...(days !== undefined && { days }),
    ...(reason && { reason }),
  };
  return { ok: true, command };
}

function userProblem(form: Form, user: string | undefined): string | undefined {
  if (form.user === 'required' && !user) return 'The user name is missing.';
  return user === undefined || isUserName(user) ? undefined : 'That is no IAM user name.';
}

function daysProblem(days: number | undefined): string | undefined {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= maxDays)) return undefined;
  return `The number of days is a whole number from 1 to ${maxDays}.`;
}

function reasonProblem(form: Form, reason: string): string | undefined {
  if (form.reason === 'required' && !reason) return 'The reason is missing.';
  return form.reason === 'none' && reason ? 'It takes no more words than these.' : undefined;
}
