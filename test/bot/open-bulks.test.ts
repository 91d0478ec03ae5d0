import { expect, test } from '@jest/globals';
import { createPending } from '../../bot/commands/pending.ts';
import { show } from '../../bot/commands/show.ts';
import { denyBulk } from '../../shared/remediation/decide-bulk.ts';
import {
  addIdle,
  approveBulkAs,
  bulkOf,
  bulkRequestId,
  bulkSurroundings,
  idleUser,
} from '../fakes/remediation/bulk.ts';
import { person } from '../fakes/remediation/people.ts';

async function asked() {
  const surroundings = bulkSurroundings();
  const [issue] = addIdle(surroundings, 2);
  if (!issue) throw new Error('nobody');
  const world = surroundings.boot();
  const made = await bulkOf(world);
  const later = surroundings.addFinding(idleUser(3));
  return { surroundings, world, made, issue, later };
}

const textOf = ({ blocks }: { readonly blocks: unknown }) => JSON.stringify(blocks);

test('show says which bulk request holds the user, and how far it is', async () => {
  const { world, made, issue, later } = await asked();
  expect(textOf(await show({ world }, issue))).toContain('|issue #1000>, which is *pending*');
  expect(textOf(await show({ world }, later))).not.toContain('bulk request');
  for (const who of ['U1', 'U2']) await approveBulkAs(world, made, who);
  expect(textOf(await show({ world }, issue))).toContain('|issue #1000>, which is *started*');
});

test('show says nothing of one that is over, or of another account', async () => {
  const { surroundings, world, made, issue } = await asked();
  const elsewhere = surroundings.addFinding(idleUser(1, { accountId: '999988887777' }));
  expect(textOf(await show({ world }, elsewhere))).not.toContain('bulk request');
  const denial = { issue: made.issue.number, requestId: bulkRequestId, person: person('U1'), reason: '' };
  await denyBulk(world, denial);
  expect(textOf(await show({ world }, issue))).not.toContain('bulk request');
});

test('whoever closes the issue of a bulk request by hand hides it from nobody', async () => {
  const { surroundings, world, made, issue } = await asked();
  await surroundings.github.bulkIssues.close(made.issue.number, 'not_planned');
  expect(textOf(await createPending(world, () => 0)())).toContain('*Bulk request for* 2 users');
  expect(textOf(await show({ world }, issue))).toContain('*bulk request*');
});
