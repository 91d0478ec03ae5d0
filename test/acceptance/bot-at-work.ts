/** What the tests of the bot's process ask of a loop: answers, trails, and threads by the user whom they are about. */
import { textOf } from '../../sandbox/at-work.ts';
import type { StoredIssue } from '../../sandbox/github/by-hand.ts';
import type { Loop } from '../../sandbox/loop.ts';
import type { PersonName } from '../../sandbox/slack/people.ts';
import type { Thread } from '../../sandbox/slack/reader.ts';
import { until } from '../../sandbox/until.ts';
import { fold } from '../../shared/trail/fold.ts';
import { readTrail } from '../../shared/trail/read-trail.ts';
import { parsePublicKey } from '../../shared/trail/signature.ts';
import { goodScan } from './catch-up.ts';

/** AWS Config evaluates the users that there are, and the Action opens their issues. */
export async function scanAll(loop: Loop): Promise<void> {
  loop.aws.world.account().report.latest = undefined;
  loop.aws.world.evaluateRule();
  await goodScan(loop);
}

/** Sends a command; resolves to the text of the next answer that this person alone sees. */
export async function ask(loop: Loop, who: PersonName, line: string): Promise<string> {
  const before = loop.slack.reader.ephemerals(who).length;
  await loop.slack.byHand.command(who, line);
  return answerAfter(loop, who, before);
}

/** The text of the first answer after so many. */
export async function answerAfter({ slack }: Loop, who: PersonName, before: number): Promise<string> {
  return textOf(await until(`an answer to ${who}`, () => slack.reader.ephemerals(who)[before]));
}

/** Presses the button of one issue in the choice that this person was just given. `text`: what they had typed. */
export async function chooseIn(
  { slack }: Loop,
  who: PersonName,
  text: string,
  { number }: Pick<StoredIssue, 'number'>,
): Promise<void> {
  const ts = slack.reader.ephemerals(who).at(-1)?.ts ?? '';
  const value = JSON.stringify({ issue: number, text });
  await slack.byHand.click(who, { ts, actionId: 'keyturn_choose', value });
}

/** The text in the modal before this person, once it matches. */
export function modalOf({ slack }: Loop, who: PersonName, pattern: RegExp): Promise<string> {
  return until(`a modal of ${who} with ${pattern}`, () => {
    const text = JSON.stringify(slack.reader.openViews(who).at(-1) ?? {});
    return pattern.test(text) ? text : undefined;
  });
}

/** What a click is answered with, once it matches: to this person alone, or in the modal if that was quicker. */
export function toldTo({ slack }: Loop, who: PersonName, pattern: RegExp): Promise<string> {
  return until(`${who} is told ${pattern}`, () =>
    [...slack.reader.ephemerals(who), ...slack.reader.openViews(who)]
      .map((one) => JSON.stringify(one))
      .findLast((text) => pattern.test(text)),
  );
}

/** The issue about this user; `account`: of the one in this account. */
export async function issueOf({ github }: Loop, user: string, account = ''): Promise<StoredIssue> {
  const issues = await github.byHand.issues();
  const issue = issues.find(({ title }) => title.includes(`IAM user ${user} `) && title.endsWith(account));
  if (!issue) throw new Error(`There is no issue about ${user}`);
  return issue;
}

/** The trail about this user, as anybody can read it: the types of its events in order, and what they come to. */
export async function trailOf(loop: Loop, user: string, account = loop.aws.world.account().id) {
  const { aws, github, publicKey } = loop;
  const issue = await issueOf(loop, user, account);
  const comments = await github.byHand.comments(issue.number);
  const subject = {
    repositoryId: github.repositoryId,
    issue: issue.number,
    accountId: account,
    userId: aws.world.userNamed(user, account).id,
  };
  const key = parsePublicKey(publicKey);
  if (!key.ok) throw new Error(key.problem);
  const trail = readTrail(
    comments.map(({ id, body, created_at, updated_at }) => ({
      id,
      body,
      createdAt: new Date(created_at),
      updatedAt: new Date(updated_at),
    })),
    subject,
    [key.key],
  );
  return { trail, state: fold(trail.events, new Date()), issue };
}

/** The cards about this user, oldest first, with their threads. */
export async function cardsOf({ slack }: Loop, user: string): Promise<readonly Thread[]> {
  return (await slack.reader.messages()).filter(({ text }) => text.includes(`for \`${user}\``));
}
