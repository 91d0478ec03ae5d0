import { expect, test } from '@jest/globals';
import { createPending } from '../../bot/commands/pending.ts';
import { countComments } from '../../bot/counted-comments.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { requestOf } from '../fakes/remediation/people.ts';

test('who asks at the same time, or soon after, costs GitHub no second reading', async () => {
  const surroundings = new Surroundings();
  const booted = surroundings.boot();
  const { comments, written } = countComments(booted.comments);
  const world = { ...booted, comments };
  await requestOf(world, surroundings.addFinding(), { kind: 'runbook' });
  let lists = 0;
  const { list } = surroundings.github;
  surroundings.github.list = (issue) => {
    lists += 1;
    return list.call(surroundings.github, issue);
  };
  const pending = createPending(world, written);
  const [first, second] = await Promise.all([pending(), pending()]);
  expect(JSON.stringify(first.blocks)).toContain('Waiting for approval: 1');
  expect(second).toEqual(first);
  surroundings.clock.advance(14_999);
  await pending();
  expect(lists).toBe(1);
  surroundings.clock.advance(1);
  await pending();
  expect(lists).toBe(2);
  await comments.append(1, 'something new');
  await pending();
  expect(lists).toBe(3);
});
