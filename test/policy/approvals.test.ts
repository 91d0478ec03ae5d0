import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Ballot,
  decideBallot,
  groupsIn,
  isNamed,
  mayRequest,
  missingApprovers,
  type Quorum,
  quorumFor,
} from '../../shared/policy/approvals.ts';
import { runbookRoleArn } from '../../shared/policy/runbook-role.ts';
import { makePolicy } from '../fakes/policy-file.ts';

const members = new Map([['S01', new Set(['U1', 'U2', 'U3'])]]);

function makeQuorum(changes: Partial<Quorum> = {}): Quorum {
  return { approvers: ['S01', 'UX'], count: 1, selfApproval: false, ...changes };
}

function makeBallot(changes: Partial<Ballot> = {}): Ballot {
  const quorum = makeQuorum();
  return {
    current: quorum,
    recorded: quorum,
    requester: 'U9',
    approvedBy: [],
    candidate: 'U1',
    members,
    ...changes,
  };
}

const both = (quorum: Quorum) => ({ current: quorum, recorded: quorum });

describe('one approval', () => {
  test('by somebody in the group completes a quorum of one', () => {
    expect(decideBallot(makeBallot())).toEqual({ kind: 'allowed' });
  });

  test('by a person named in the policy needs no group', () => {
    expect(decideBallot(makeBallot({ candidate: 'UX', members: new Map() }))).toEqual({ kind: 'allowed' });
  });

  test.each<[string, Partial<Ballot>, string]>([
    ['by an outsider', { candidate: 'U8' }, 'not-an-approver'],
    ['by somebody else when Slack cannot say', { members: new Map() }, 'members-unknown'],
    ['by the requester', { requester: 'U1' }, 'own-request'],
    ['for the second time', { approvedBy: ['U1'] }, 'already-approved'],
    [
      'by somebody whom only the request allows',
      { current: makeQuorum({ approvers: ['U2'] }) },
      'not-an-approver',
    ],
    [
      'by somebody whom only the policy allows',
      { recorded: makeQuorum({ approvers: ['U2'] }) },
      'not-an-approver',
    ],
    [
      'by the requester, allowed by the policy only',
      { requester: 'U1', current: makeQuorum({ selfApproval: true }) },
      'own-request',
    ],
    [
      'when it is unknown whether an earlier approver still may',
      { candidate: 'UX', approvedBy: ['U1'], members: new Map() },
      'members-unknown',
    ],
  ])('%s is refused', (_, changes, reason) => {
    expect(decideBallot(makeBallot(changes))).toEqual({ kind: 'refused', reason });
  });

  test('by the requester counts where policy and request both allow it', () => {
    const ballot = makeBallot({ requester: 'U1', ...both(makeQuorum({ selfApproval: true })) });
    expect(decideBallot(ballot)).toEqual({ kind: 'allowed' });
  });
});

describe('a quorum of several', () => {
  const two = both(makeQuorum({ count: 2 }));

  test('needs more people', () => {
    expect(decideBallot(makeBallot(two))).toEqual({ kind: 'needs-more', missing: 1 });
    expect(decideBallot(makeBallot({ ...two, approvedBy: ['U2'] }))).toEqual({ kind: 'allowed' });
  });

  test('counts a person once, however often they are recorded', () => {
    const ballot = makeBallot({ ...both(makeQuorum({ count: 3 })), approvedBy: ['U2', 'U2'] });
    expect(decideBallot(ballot)).toEqual({ kind: 'needs-more', missing: 1 });
  });

  test('does not count somebody who left the group after approving', () => {
    expect(decideBallot(makeBallot({ ...two, approvedBy: ['U7'] }))).toEqual({
      kind: 'needs-more',
      missing: 1,
    });
  });

  test('does not count the requester, whoever let them approve', () => {
    expect(decideBallot(makeBallot({ ...two, requester: 'U2', approvedBy: ['U2'] }))).toEqual({
      kind: 'needs-more',
      missing: 1,
    });
  });

  test('takes the larger of what policy and request ask for', () => {
    const stricter = makeBallot({ current: makeQuorum({ count: 2 }) });
    const milder = makeBallot({ recorded: makeQuorum({ count: 2 }) });
    expect([decideBallot(stricter), decideBallot(milder)]).toEqual([
      { kind: 'needs-more', missing: 1 },
      { kind: 'needs-more', missing: 1 },
    ]);
  });
});

test('nothing is ever allowed by fewer different, entitled people than both quorums ask for', () => {
  const person = fc.constantFrom('U1', 'U2', 'U3', 'UX', 'U8', 'U9');
  const quorum = fc.record({
    approvers: fc.subarray(['S01', 'S02', 'UX', 'U8']),
    count: fc.integer({ min: 1, max: 3 }),
    selfApproval: fc.boolean(),
  });
  const ballots = fc.record({
    current: quorum,
    recorded: quorum,
    requester: person,
    approvedBy: fc.array(person, { maxLength: 5 }),
    candidate: person,
    members: fc.constant(members),
  });
  fc.assert(
    fc.property(ballots, (ballot) => {
      const decision = decideBallot(ballot);
      if (decision.kind === 'refused') return;
      const entitled = new Set([...ballot.approvedBy, ballot.candidate]);
      for (const who of entitled) {
        const rights = [ballot.current, ballot.recorded].map((q) => isNamed(q.approvers, who, members));
        const own =
          who === ballot.requester && !(ballot.current.selfApproval && ballot.recorded.selfApproval);
        if (own || rights.some((right) => right !== 'yes')) entitled.delete(who);
      }
      const needed = Math.max(ballot.current.count, ballot.recorded.count);
      expect(entitled.has(ballot.candidate)).toBe(true);
      expect(decision.kind === 'allowed' ? 0 : decision.missing).toBe(Math.max(needed - entitled.size, 0));
    }),
    { numRuns: 2000 },
  );
});

describe('what the policy asks for', () => {
  const policy = makePolicy((text) => `${text}  undo: {approvers: [U0UNDO]}\n`);

  test('undo and exempt are approved as strict is, unless they have rules of their own', () => {
    expect(quorumFor(policy, 'runbook')).toEqual({
      approvers: ['S0SECURITY'],
      count: 1,
      selfApproval: false,
    });
    expect(quorumFor(policy, 'undo').approvers).toEqual(['U0UNDO']);
    expect(quorumFor(policy, 'exempt')).toEqual(quorumFor(policy, 'strict'));
  });

  test('anybody may request, unless somebody is named', () => {
    const named = makePolicy((text) => `${text}  requesters: [S01]\n`);
    expect(mayRequest(policy, 'U8', new Map())).toBe('yes');
    expect(mayRequest(named, 'U1', members)).toBe('yes');
    expect(mayRequest(named, 'U8', members)).toBe('no');
    expect(mayRequest(named, 'U8', new Map())).toBe('unknown');
  });

  test('the groups that matter', () => {
    expect(groupsIn(['S02', 'U1', 'S01'], ['S02'])).toEqual(['S01', 'S02']);
  });
});

describe('whether a request can be approved at all', () => {
  test.each<[string, Partial<Quorum>, number | 'unknown']>([
    ['a group large enough', { count: 4 }, 0],
    ['a group too small', { count: 6 }, 2],
    ['the requester does not count', { approvers: ['U9', 'U1'], count: 2 }, 1],
    ['unless they may approve', { approvers: ['U9', 'U1'], count: 2, selfApproval: true }, 0],
    ['named people are enough without the unknown group', { approvers: ['S02', 'UX'] }, 0],
    ['an unknown group is needed', { approvers: ['S02', 'UX'], count: 2 }, 'unknown'],
  ])('%s', (_, changes, missing) => {
    expect(missingApprovers(makeQuorum(changes), 'U9', members)).toBe(missing);
  });
});

test("the runbook's role is filled in", () => {
  const place = { partition: 'aws-us-gov', accountId: '123456789012' };
  expect(runbookRoleArn('arn:{partition}:iam::{account}:role/R', place)).toBe(
    'arn:aws-us-gov:iam::123456789012:role/R',
  );
  expect(runbookRoleArn('arn:aws:iam::210987654321:role/R', place)).toBe('arn:aws:iam::210987654321:role/R');
});
