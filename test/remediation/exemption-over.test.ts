import { expect, test } from '@jest/globals';
import { createWatch } from '../../shared/remediation/watch.ts';
import { exemptLabel, keyturnLabel } from '../../shared/trail/labels.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { userSnapshot } from '../fakes/user-snapshot.ts';

const day = 24 * 3_600_000;

test('an exemption is over: the next time that anything happens to the issue, its label goes', async () => {
  const surroundings = new Surroundings();
  const { clock, github } = surroundings;
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  const until = new Date(clock.now().getTime() + 20 * day);
  const keyIds = userSnapshot().accessKeys.map(({ id }) => id);
  const made = await requestOf(world, issue, { kind: 'exempt', keyIds, until });
  await approveAll(world, issue, made, 'U1', 'U2');
  expect(github.get(issue.number).hints).toEqual({ pending: false, exempt: true });
  github.change(issue.number, { labels: [keyturnLabel, exemptLabel] });
  const watch = createWatch(world);
  await settleDown(world, watch);
  expect(github.get(issue.number).hints.exempt).toBe(true);

  clock.advance(30 * day);
  // The scan reopens it.
  github.change(issue.number, { state: 'open' });
  await settleDown(world, watch);
  expect(github.get(issue.number).hints.exempt).toBe(false);
});
