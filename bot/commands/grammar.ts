/**
 * What can be typed after `/keys`, and the only place that knows it: the parser and the help are made from one table.
 *
 * `/keys SUBCOMMAND USER [ACCOUNT] [--strict] [--] [words]`: ACCOUNT is exactly 12 digits. From the first other word on,
 * or after `--`, everything is the reason, whatever it looks like.
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
  /** What `--all-unused`, written first and in the place of a user, asks for. */
  readonly saysAll?: string;
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
    saysAll: "asks strict's people to approve the runbook for every user of an account whom it finds unused",
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
  /** Every user of an account whom the runbook finds unused is meant. */
  readonly all?: true;
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
const allPattern = /^[-\u2010-\u2015\u2212]+all[-\u2010-\u2015\u2212]unused$/i;
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

/** Each way to write it, and what it does then. */
export function usages(name: Subcommand): readonly { readonly words: string; readonly says: string }[] {
  const { says, saysAll }: Form = forms[name];
  const all = `/keys ${name} --all-unused [account] [reason]`;
  return [{ words: usage(name), says }, ...(saysAll === undefined ? [] : [{ words: all, says: saysAll }])];
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
  const form: Form = forms[name];
  const isAll = form.saysAll !== undefined && words.some((word) => allPattern.test(word));
  return isAll ? readAll(name, words) : readWords(name, form, words);
}

/** Whoever names a user means that user, and nobody else. */
function readAll(name: Subcommand, [first = '', ...rest]: readonly string[]): Parsed {
  const [, all] = usages(name);
  const problem = (text: string): Parsed => ({ ok: false, problem: `${text} Usage: ${all?.words}` });
  if (!allPattern.test(first)) return problem('--all-unused comes first, and takes no user.');
  if (rest.some((word) => strictPattern.test(word))) {
    return problem('--all-unused is for the runbook: it does not go with --strict.');
  }
  const account = isAccount(rest[0] ?? '') ? rest.shift() : undefined;
  const reason = rest.join(' ');
  const command: Command = {
    name,
    strict: false,
    all: true,
    ...(account && { account }),
    ...(reason && { reason }),
  };
  return { ok: true, command };
}

function readWords(name: Subcommand, form: Form, words: readonly string[]): Parsed {
  const rest = [...words];
  let strict = false;
  const next = (): string => {
    while (form.strict && strictPattern.test(rest[0] ?? '')) {
      strict = true;
      rest.shift();
    }
    return rest[0] ?? '';
  };
  const take = (): string | undefined => (next() === '--' ? undefined : rest.shift());
  const user = form.user === 'none' ? undefined : take()?.replace(mailLink, '$1');
  const account = form.account && isAccount(next()) ? take() : undefined;
  const days = form.days ? daysIn(take()) : undefined;
  const isQuoted = next() === '--' && form.reason !== 'none';
  if (isQuoted) rest.shift();
  const reason = rest.join(' ');
  const problem =
    userProblem(form, user) ??
    daysProblem(days) ??
    reasonProblem(form, reason) ??
    (isQuoted ? undefined : lateStrictProblem(form, rest));
  if (problem !== undefined) return wrong(name, problem);
  const command: Command = {
    name,
    strict,
    ...(user !== undefined && { user }),
    ...(account !== undefined && { account }),
    ...(days !== undefined && { days }),
    ...(reason && { reason }),
  };
  return { ok: true, command };
}

/** As it would have been typed: parsing it gives the same command again. */
export function writeCommand({ name, user, all, account, strict, days, reason }: Command): string {
  const who = all ? '--all-unused' : user;
  const why = all ? reason : reason && `-- ${reason}`;
  const words = [name, who, account, days, strict && '--strict', why];
  return words.filter(Boolean).join(' ');
}

function daysIn(word: string | undefined): number {
  return /^\d+$/.test(word ?? '') ? Number(word) : Number.NaN;
}

function userProblem(form: Form, user: string | undefined): string | undefined {
  if (form.user === 'required' && !user) return 'The user name is missing.';
  return user === undefined || isUserName(user) ? undefined : 'That is no IAM user name.';
}

function daysProblem(days: number | undefined): string | undefined {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= maxDays)) return undefined;
  return `The number of days is a whole number from 1 to ${maxDays}.`;
}

/** Whoever writes it last wants it too, and whoever writes about it does not: both are asked. */
function lateStrictProblem(form: Form, reason: readonly string[]): string | undefined {
  if (!form.strict || !reason.some((word) => strictPattern.test(word))) return undefined;
  return '--strict comes before the reason; a reason that speaks of it begins with --.';
}

function reasonProblem(form: Form, reason: string): string | undefined {
  if (form.reason === 'required' && !reason) return 'The reason is missing.';
  return form.reason === 'none' && reason ? 'It takes no more words than these.' : undefined;
}
