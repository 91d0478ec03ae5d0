import { expect, test } from '@jest/globals';
import { answer } from '../../bot/blocks/answer.ts';
import { createDeliveries } from '../../bot/deliveries.ts';
import { createJournal } from '../../bot/journal.ts';
import { createLog } from '../../bot/log.ts';
import { createTasks } from '../../bot/tasks.ts';
import { actorOf, attend, type Visit } from '../../bot/visit.ts';
import type { Message } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';

function host() {
  const logged: string[] = [];
  const told: string[] = [];
  const bot = {
    world: new Surroundings().boot(),
    deliveries: createDeliveries(() => new Date(0)),
    tasks: createTasks(),
    journal: createJournal(createLog([], (line) => logged.push(line))),
    teamId: 'T1',
  };
  const visit: Visit = {
    person: actorOf('U1', undefined),
    teamId: 'T1',
    task: 'command',
    delivery: 'command 1',
    tell: async (message) => {
      told.push(JSON.stringify(message.blocks));
    },
  };
  return { bot, visit, logged, told };
}

const hello = async (): Promise<Message> => answer(md`hello`);

test('the work is done and answered once for each delivery', async () => {
  const { bot, visit, told } = host();
  attend(bot, visit, hello);
  attend(bot, visit, hello);
  await bot.tasks.drain();
  expect(told).toEqual([expect.stringContaining('hello')]);
});

test('what nobody foresaw is answered with the id that the log has, and nothing of the error', async () => {
  const { bot, visit, told, logged } = host();
  attend(bot, visit, () => Promise.reject(new TypeError('internal detail')));
  await bot.tasks.drain();
  const { logId } = JSON.parse(logged[0] ?? '');
  expect(told[0]).toContain(logId);
  expect(told[0]).not.toContain('internal detail');
  expect(logged[0]).toContain('internal detail');
});

test('what cannot wait comes before anybody is refused; the work after', async () => {
  const { bot, visit, told } = host();
  const done: string[] = [];
  const note = (what: string) => async () => {
    done.push(what);
    return undefined;
  };
  attend(bot, { ...visit, teamId: undefined }, note('work'), note('first'));
  await bot.tasks.drain();
  expect(done).toEqual(['first']);
  expect(told[0]).toContain('another workspace');
});

test('an answer that cannot be given is in the log', async () => {
  const { bot, visit, logged } = host();
  const tell = () => Promise.reject(new Error('Slack is gone'));
  attend(bot, { ...visit, tell }, hello);
  await bot.tasks.drain();
  expect(logged.join('')).toContain('Could not answer U1 (command)');
});
