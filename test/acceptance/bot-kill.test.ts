import { afterAll, expect, test } from '@jest/globals';
import type { Fault } from '../../sandbox/http/faults.ts';
import { cardsOf, trailOf } from './bot-at-work.ts';
import { Lives } from './bot-lives.ts';

type Call = Pick<Fault, 'route' | 'nth' | 'when'>;
interface Moment {
  readonly name: string;
  readonly strict?: boolean;
  /** Cards that stay behind without a request: nobody knows of them any more. */
  readonly drafts?: number;
  readonly at:
    | { readonly in: 'slack' | 'github'; readonly call: Call }
    | { readonly in: 'aws'; readonly call: AwsCall };
}
interface AwsCall {
  readonly operation: string;
  readonly nth: number;
  readonly effect: 'before' | 'after';
}

const post = (nth: number, when: 'before' | 'after') =>
  ({ in: 'slack', call: { route: 'chat.postMessage', nth, when } }) as const;
const repaint = (nth: number, when: 'before' | 'after') =>
  ({ in: 'slack', call: { route: 'chat.update', nth, when } }) as const;
const record = (nth: number, when: 'before' | 'after') => {
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  return { in: 'github', call: { route, nth, when } } as const;
};
const close = (when: 'before' | 'after') => {
  const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
  return { in: 'github', call: { route, when } } as const;
};
const aws = (operation: string, nth: number, effect: 'before' | 'after') =>
  ({ in: 'aws', call: { operation, nth, effect } }) as const;

const moments: readonly Moment[] = [
  { name: 'when the card is posted', at: post(1, 'after'), drafts: 1 },
  { name: 'before the request is recorded', at: record(1, 'before'), drafts: 1 },
  { name: 'when the request is recorded', at: record(1, 'after') },
  { name: 'before the buttons appear', at: repaint(1, 'before') },
  { name: 'when the approvers are called', at: post(2, 'after') },
  { name: 'before the approval is recorded', at: record(2, 'before') },
  { name: 'when approval and start are recorded', at: record(2, 'after') },
  { name: 'before the card shows the start', at: repaint(2, 'before') },
  { name: 'when the thread tells of the start', at: post(3, 'after') },
  { name: 'before the automation is started', at: aws('StartAutomationExecution', 1, 'before') },
  { name: 'when the automation is started', at: aws('StartAutomationExecution', 1, 'after') },
  { name: 'while the automation runs', at: aws('DescribeAutomationExecutions', 2, 'before') },
  { name: 'before the outcome is recorded', at: record(3, 'before') },
  { name: 'when the outcome is recorded', at: record(3, 'after') },
  { name: 'before the thread tells the outcome', at: post(4, 'before') },
  { name: 'before the issue is closed', at: close('before') },
  { name: 'when the issue is closed', at: close('after') },
  { name: 'between two approvals', at: record(2, 'after'), strict: true },
  { name: 'between two keys', at: aws('UpdateAccessKey', 1, 'after'), strict: true },
];

/** Several tests run at once, each with a loop to itself. */
const free: Lives[] = [];
const all: Lives[] = [];

async function withLoop(work: (lives: Lives) => Promise<void>): Promise<void> {
  const lives = free.pop() ?? (await newLoop());
  await work(lives);
  free.push(lives);
}

async function newLoop(): Promise<Lives> {
  const lives = await Lives.start();
  all.push(lives);
  return lives;
}

afterAll(async () => {
  await Promise.all(all.map(({ loop }) => loop.close()));
});

function killAt(lives: Lives, { at }: Moment): void {
  const { loop, kill } = lives;
  if (at.in !== 'aws') {
    loop[at.in].faults.add({ ...at.call, drop: true, onFailure: kill });
    return;
  }
  const { operation, nth, effect } = at.call;
  const dying = () => {
    kill();
    return { kind: 'drop', effect } as const;
  };
  loop.aws.faults.fail(operation, dying, { nth });
}

test.concurrent.each(moments.map((moment, index) => ({ ...moment, user: `user-${index}` })))(
  'kill -9 $name',
  ({ user, ...moment }) =>
    withLoop(async (lives) => {
      const { loop } = lives;
      const { strict = false, drafts = 0 } = moment;
      const deaths = lives.deaths;
      await lives.addUser(user);
      killAt(lives, moment);
      await lives.remediate(user, { strict });

      expect(lives.deaths).toBe(deaths + 1);
      const { accessKeys, id } = loop.aws.world.userNamed(user);
      expect(accessKeys.map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
      const executions = loop.aws.world.automation.executions.filter(({ parameters }) =>
        parameters['IAMResourceId']?.includes(id),
      );
      expect(executions).toHaveLength(strict ? 0 : 1);

      const { trail, issue } = await trailOf(loop, user);
      expect(trail.state).toBe('intact');
      expect(trail.events.map(({ type }) => type)).toEqual([
        'requested',
        'approved',
        ...(strict ? ['approved'] : []),
        'started',
        'finished',
        'verified',
      ]);
      expect(trail.strays).toEqual([]);
      expect(issue.labels.filter((label) => label.startsWith('keyturn:'))).toEqual([]);

      const cards = await cardsOf(loop, user);
      const [card, ...others] = cards.toReversed();
      expect(others.map(({ text }) => text.includes('is being requested'))).toEqual(
        Array.from({ length: drafts }, () => true),
      );
      // A file that was attached has no text; whether a status was seen before the end is chance.
      const told =
        card?.replies.map(({ text }) => text).filter((text) => text && !text.startsWith('⏳')) ?? [];
      expect(told).toEqual([
        expect.stringContaining('needs'),
        ...(strict ? [expect.stringContaining('Approved')] : []),
        expect.stringContaining('Approved'),
        expect.stringContaining('Resolved'),
      ]);
    }),
  180_000,
);
