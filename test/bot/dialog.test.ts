import { beforeEach, expect, test } from '@jest/globals';
import { openDialog } from '../../bot/actions/dialog.ts';
import { loadingModal, modal, recordingModal } from '../../bot/blocks/modal.ts';
import { createDeliveries } from '../../bot/deliveries.ts';
import { createJournal } from '../../bot/journal.ts';
import { createLog } from '../../bot/log.ts';
import { createTasks } from '../../bot/tasks.ts';
import { actorOf } from '../../bot/visit.ts';
import { KeyturnError } from '../../shared/errors.ts';
import { section } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';

const plan = modal({ title: 'Approve', blocks: [section(md`the plan`)] });
const refusal = new KeyturnError('approval-own-request', 'This is your own request.');

/** What Slack shows, in order: `open`, `update` and `alone` (to the person), each with its text. */
let shown: string[];
/** Ends the patience with which the work is waited for. */
let losePatience: () => void;
let slackOpens: () => Promise<void>;
/** Whether Slack has the modal to be updated, by its own id or by ours. */
let isThere: (options: { view_id?: string; external_id?: string }) => boolean;
beforeEach(() => {
  shown = [];
  slackOpens = async () => undefined;
  isThere = ({ view_id }) => view_id !== undefined;
});

function textOf(blocks: unknown): string {
  return /the plan|Reading the trail|own request|could not|did not/.exec(JSON.stringify(blocks))?.[0] ?? '?';
}

function openOn(work: () => Promise<typeof plan>) {
  const tasks = createTasks();
  const late = Promise.withResolvers<void>();
  losePatience = late.resolve;
  const world = new Surroundings().boot();
  const dialogs = {
    views: {
      async open({ view }: { view: typeof plan }) {
        await slackOpens();
        shown.push(`open: ${textOf(view.blocks)}`);
        return { view: { id: 'V1' } };
      },
      async update({ view, ...which }: { view: typeof plan; view_id?: string; external_id?: string }) {
        if (!isThere(which)) throw new Error('not_found');
        shown.push(`update: ${textOf(view.blocks)}`);
        return { view: { id: 'V1' } };
      },
    },
  };
  const bot = {
    world: { ...world, clock: { ...world.clock, sleep: () => late.promise } },
    dialogs,
    tasks,
    deliveries: createDeliveries(() => new Date(0)),
    journal: createJournal(createLog([], () => undefined)),
    teamId: 'T1',
  };
  const click = {
    person: actorOf('U1', undefined),
    teamId: 'T1',
    task: 'click',
    delivery: 'click 1',
    tell: async ({ blocks }: { blocks: unknown }) => {
      shown.push(`alone: ${textOf(blocks)}`);
    },
    triggerId: '1.2',
  };
  openDialog(bot, click, 'Approve', work);
  return tasks;
}

test('a modal that waits says what it means if it stays', () => {
  expect(JSON.stringify(loadingModal('Approve').blocks)).toMatch(/Reading the trail.*close it and try again/);
  expect(JSON.stringify(recordingModal('Approve').blocks)).toMatch(/Recording.*may not be recorded/);
});

test('what is drawn soon is what opens', async () => {
  await openOn(async () => plan).drain();
  losePatience();
  expect(shown).toEqual(['open: the plan']);
});

test('who may not have it gets the reason and no modal', async () => {
  await openOn(() => Promise.reject(refusal)).drain();
  losePatience();
  await Promise.resolve();
  expect(shown).toEqual(['alone: own request']);
});

test('work that takes long: a loading view, then what was drawn', async () => {
  const tasks = openOn(async () => {
    losePatience();
    await Promise.resolve();
    return plan;
  });
  await tasks.drain();
  expect(shown).toEqual(['open: Reading the trail', 'update: the plan']);
});

test('a refusal that takes long stands in the modal that is open', async () => {
  const tasks = openOn(async () => {
    losePatience();
    await Promise.resolve();
    throw refusal;
  });
  await tasks.drain();
  expect(shown).toEqual(['open: Reading the trail', 'update: own request']);
});

test.each(['soon', 'late'])('a modal that Slack does not open (%s) is told to the person', async (when) => {
  slackOpens = () => Promise.reject(new Error('expired_trigger_id'));
  const tasks = openOn(async () => {
    if (when === 'late') losePatience();
    await Promise.resolve();
    return plan;
  });
  await tasks.drain();
  expect(shown).toEqual(['alone: did not']);
});

test('a modal whose answer was lost is found again by our name for it', async () => {
  slackOpens = () => Promise.reject(new Error('exchanged_trigger_id'));
  isThere = () => true;
  const tasks = openOn(async () => {
    losePatience();
    await Promise.resolve();
    return plan;
  });
  await tasks.drain();
  expect(shown).toEqual(['update: Reading the trail', 'update: the plan']);
});

test('who closes the modal before the answer is told it all the same', async () => {
  isThere = () => false;
  const tasks = openOn(async () => {
    losePatience();
    await Promise.resolve();
    throw refusal;
  });
  await tasks.drain();
  expect(shown).toEqual(['open: Reading the trail', 'alone: own request']);
});
