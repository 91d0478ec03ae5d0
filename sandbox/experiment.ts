/**
 * The experiment of AWS's own article on this rule and runbook, from `/keys remediate` to the verified outcome: a key
 * that was never used, a key that was used today, and a console password that nobody uses.
 */
import { approve, openCard, outcomeOf, press, request } from './at-work.ts';
import type { Loop } from './loop.ts';
import type { PersonName } from './slack/people.ts';
import { renderView } from './slack/render.ts';
import { renderThread } from './slack/render-thread.ts';
import { renderMarkdown } from './terminal.ts';
import { until } from './until.ts';

/** Prints a heading, or text below it. */
export interface Stationery {
  readonly width: number;
  heading(text: string): void;
  print(text: string): void;
}

interface Chapter {
  readonly title: string;
  readonly user: string;
  readonly command: string;
  readonly approver: PersonName;
}

const chapters: readonly Chapter[] = [
  {
    title: 'A key that was never used: the runbook deactivates it',
    user: 'alice',
    command: '/keys remediate alice the backup job is gone',
    approver: 'sam',
  },
  {
    title: 'A key that was used today: the runbook says Success and leaves it Active',
    user: 'bob',
    command: '/keys remediate bob rotation is overdue',
    approver: 'kim',
  },
  {
    title: 'A console password that nobody uses: the runbook deletes it, and the approval says so first',
    user: 'carol',
    command: '/keys remediate carol left the team',
    approver: 'sam',
  },
];

function keysOf({ aws }: Loop, user: string): string {
  const { accessKeys, loginProfile } = aws.world.userNamed(user);
  const keys = accessKeys.map(({ id, status }) => `${id} ${status}`);
  return [...keys, loginProfile ? 'console password' : 'no console password'].join(', ');
}

/** Plays a chapter and tells it when it is over: the others go on meanwhile. */
async function play(
  loop: Loop,
  { title, user, command, approver }: Chapter,
  width: number,
): Promise<(out: Stationery) => void> {
  const terminal = { nameOf: loop.slack.nameOf, width };
  const before = keysOf(loop, user);
  const card = await request(loop, 'alice', command);
  const view = await approve(loop, approver, card);
  const thread = await outcomeOf(loop, card);
  const after = keysOf(loop, user);
  return (out) => {
    out.heading(title);
    out.print(`@alice: ${command}\n\nWhat @${approver} reads before approving:\n`);
    out.print(indent(renderView(view, terminal)));
    out.print('\nThe card and its thread:\n');
    out.print(indent(renderThread(thread, terminal)));
    out.print(`\nKeys of ${user} before: ${before}\nKeys of ${user} after:  ${after}`);
  };
}

/** The button under the runbook's outcome; strict takes two people. */
async function playStrict(loop: Loop, out: Stationery): Promise<void> {
  const terminal = { nameOf: loop.slack.nameOf, width: out.width };
  const runbook = (await loop.slack.reader.messages()).find(({ text }) =>
    text.startsWith('Runbook for `bob`'),
  );
  const reply = runbook?.replies.find(({ blocks }) => JSON.stringify(blocks).includes('Request strict'));
  if (!reply) throw new Error('The thread offers no strict deactivation');
  const before = keysOf(loop, 'bob');
  await press(loop, 'alice', reply, 'Request strict');
  const card = await openCard(loop, 'bob', 'Strict');
  await approve(loop, 'sam', card);
  await approve(loop, 'kim', card);
  const thread = await outcomeOf(loop, card);
  out.heading('Strict, with two approvals: the key that was used today is deactivated');
  out.print(indent(renderThread(thread, terminal)));
  out.print(`\nKeys of bob before: ${before}\nKeys of bob after:  ${keysOf(loop, 'bob')}`);
}

async function showTrail({ github }: Loop, user: string, out: Stationery): Promise<void> {
  const issue = await until(`the closed issue about ${user}`, async () => {
    const issues = await github.byHand.issues();
    return issues.find(({ title, state }) => title.includes(`IAM user ${user} `) && state === 'closed');
  });
  out.heading(`The trail on issue #${issue.number} (${issue.state}): ${issue.title}`);
  for (const comment of await github.byHand.comments(issue.number)) {
    out.print(`${comment.user.login}, ${comment.created_at}`);
    out.print(`${indent(renderMarkdown(comment.body, out.width))}\n`);
  }
}

export async function playExperiment(loop: Loop, out: Stationery): Promise<void> {
  const played = await Promise.all(chapters.map((chapter) => play(loop, chapter, out.width)));
  for (const tell of played) tell(out);
  await playStrict(loop, out);
  await showTrail(loop, 'bob', out);
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
