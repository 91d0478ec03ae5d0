import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { parseAuditArguments } from '../../scripts/audit-arguments.ts';
import { auditJson, auditTable, isSound } from '../../scripts/audit-report.ts';
import { auditTrails } from '../../scripts/audit-trails.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { userRequestId } from '../../shared/remediation/bulk-reference.ts';
import { writeBulkMarker } from '../../shared/trail/bulk-marker.ts';
import { hashOf } from '../../shared/trail/envelope.ts';
import { fold } from '../../shared/trail/fold.ts';
import { policyText } from '../fakes/policy-file.ts';
import {
  append,
  botKey,
  bulkPlan,
  digest,
  minutesLater,
  plans,
  requestIdOf,
  start,
  subject,
  trailEvent,
  wholeTrail,
} from '../fakes/trail.ts';
import { connect, name } from '../github/connected.ts';

const script = join(import.meta.dirname, '../../scripts/audit.ts');
const publicKey = botKey.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let time = start;
let github: GitHubStandIn;

/** Opens an issue with a whole trail of its own; resolves to its number and its comments' ids. */
async function openFinding(): Promise<{ number: number; ids: number[] }> {
  const { accountId } = subject;
  const body = writeMarker({ accountId, userId: 'AIDAEXAMPLE0000000001' });
  const { number } = await github.byHand.openIssue('alice', { title: 'ada', body, labels: ['keyturn'] });
  const ids: number[] = [];
  for (const comment of wholeTrail({ ...subject, repositoryId: github.repositoryId, issue: number })) {
    time = comment.createdAt;
    ids.push((await github.byHand.comment(number, comment.body)).id);
  }
  return { number, ids };
}

function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...argv], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

let whole: { number: number; ids: number[] };
let tampered: { number: number; ids: number[] };

beforeAll(async () => {
  github = await startGitHub({ now: () => time });
  await github.byHand.writeFile(
    '.github/keyturn.yml',
    policyText((text) => text.replace(/publicKeys: \[.*\]/, `publicKeys: [${publicKey}]`)),
  );
  whole = await openFinding();
  tampered = await openFinding();
  await github.byHand.deleteComment(tampered.ids[1] ?? 0);
});
afterAll(() => github.close());

describe('npm run audit', () => {
  test('prints a verified trail as a table', async () => {
    const { code, stdout } = await run(`${github.repository}#${whole.number}`);
    expect(stdout).toContain(`#${whole.number} AIDAEXAMPLE0000000001 in account 123456789012: verified`);
    expect(stdout).toMatch(/ 2 {4}2026-11-22T12:01:00Z {2}approved {3}bob \(U0BOB\) /);
    expect(stdout).toContain('resolved; as predicted; AKIAEXAMPLE000000001 deactivated');
    expect(code).toBe(0);
  });

  test('says why a trail is broken, and exits with 1', async () => {
    const { code, stdout } = await run(`${github.repository}#${tampered.number}`);
    expect(stdout).toContain('BROKEN: Envelope 2 is missing');
    expect(code).toBe(1);
  });

  test('goes through all issues, as JSON', async () => {
    const { code, stdout } = await run(github.repository, '--all', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      { issue: whole.number, state: 'intact', requests: [{ status: 'verified' }] },
      { issue: tampered.number, state: 'broken', reason: 'missing', atSeq: 2 },
    ]);
    expect(code).toBe(1);
  });

  test('without arguments it says how it is used', async () => {
    const { code, stderr } = await run();
    expect(stderr).toContain('npm run audit -- OWNER/REPO#NUMBER');
    expect(code).toBe(2);
  });

  test('what cannot be read is no verdict', async () => {
    const { code, stderr } = await run(`${github.repository}#${whole.number}`, '--policy', '/nowhere.yml');
    expect(stderr).toContain('/nowhere.yml');
    expect(code).toBe(2);
  });
});

describe('approvals given in bulk', () => {
  const accountId = subject.accountId;
  const userId = bulkPlan.users[0]?.userId ?? '';
  const bulkId = requestIdOf(9);

  /** A user's issue and the bulk issue that approved it, as the bot leaves them. */
  async function openBulk(digestThere: string): Promise<{ user: number; bulk: number }> {
    const body = writeMarker({ accountId, userId });
    const user = await github.byHand.openIssue('alice', { title: 'ada', body, labels: ['keyturn'] });
    const marker = writeBulkMarker({ accountId, requestId: bulkId });
    const labels = ['keyturn', 'keyturn:bulk'];
    const bulk = await github.byHand.openIssue('alice', { title: 'bulk', body: marker, labels });
    const about = { repositoryId: github.repositoryId, issue: bulk.number, accountId };
    const users = bulkPlan.users.map((one) => ({ ...one, issue: user.number, digest: digestThere }));
    const plan = { ...bulkPlan, users };
    const sealed = append(
      append([], [trailEvent('bulk-requested', { requestId: bulkId, data: { plan } })], { about }),
      [trailEvent('approved', { requestId: bulkId }), trailEvent('bulk-started', { requestId: bulkId })],
      { about },
    );
    const [, token = ''] = /keyturn:v1 ([\w.-]+) -->/.exec(sealed[1]?.body ?? '') ?? [];
    const reference = { issue: bulk.number, requestId: bulkId, approval: hashOf(token) };
    const ended = append(
      sealed,
      [
        trailEvent('bulk-stopped', { requestId: bulkId }),
        trailEvent('bulk-finished', {
          requestId: bulkId,
          data: { notStarted: [{ userId, why: 'stopped' }] },
        }),
      ],
      { about },
    );
    const requestId = userRequestId(bulkId, userId);
    const data = { bulk: reference };
    const events = [
      trailEvent('requested', { requestId, data: { plan: plans.runbook, ...data } }),
      trailEvent('approved', { requestId, data }),
      trailEvent('started', { requestId, data: { mode: 'runbook' } }),
    ];
    const own = append([], events, { about: { ...about, issue: user.number, userId } });
    for (const [number, comments] of [
      [bulk.number, ended],
      [user.number, own],
    ] as const) {
      for (const { body: text, createdAt } of comments) {
        time = createdAt;
        await github.byHand.comment(number, text);
      }
    }
    return { user: user.number, bulk: bulk.number };
  }

  test('are verified on the trail of the bulk request, which is shown, too', async () => {
    const { user, bulk } = await openBulk(digest);
    const one = await run(`${github.repository}#${user}`);
    expect(one.stdout).toContain(`started, approved in bulk on #${bulk}: verified there`);
    expect(one.code).toBe(0);
    const other = await run(`${github.repository}#${bulk}`);
    expect(other.stdout).toContain(`#${bulk} bulk request in account ${accountId}: verified`);
    expect(other.stdout).toContain('1 keys and 0 passwords of 1 users: nobody uses them');
    expect(other.stdout).toContain('as predicted 1, NOT as predicted 0, unrecorded 0, not started 1');
    expect(other.stdout).toContain(`bulk request ${bulkId}: finished`);
    expect(other.code).toBe(0);
    const { stdout } = await run(`${github.repository}#${bulk}`, '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ state: 'intact', bulk: { id: bulkId, status: 'finished' } }]);
  });

  test('that the bulk request does not hold are named, and the audit fails', async () => {
    const { user } = await openBulk('ee'.repeat(32));
    const { code, stdout } = await run(`${github.repository}#${user}`);
    expect(stdout).toContain('NOT THERE: the bulk request approved another plan');
    expect(code).toBe(1);
  });

  test('of an issue that is none of a bulk request', async () => {
    const { user, bulk } = await openBulk(digest);
    await github.byHand.editIssue(bulk, { body: 'gone' });
    const { code, stdout } = await run(`${github.repository}#${user}`, '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        requests: [
          { bulk: { issue: bulk }, fault: 'the issue that it names is gone, or none of a bulk request' },
        ],
      },
    ]);
    expect(code).toBe(1);
  });

  test.each(['deleted', 'transferred'] as const)(
    'of an issue that was %s are a fault, and the rest is audited',
    async (fate) => {
      const { user, bulk } = await openBulk(digest);
      github.byHand.setFate(bulk, fate);
      const { code, stdout } = await run(`${github.repository}#${user}`);
      expect(stdout).toContain('NOT THERE: the issue that it names is gone, or none of a bulk request');
      expect(code).toBe(1);
    },
  );
});

describe('arguments', () => {
  const call = { repository: name, issue: undefined, json: false, policy: undefined };
  test.each([
    [['octo-org/keys#12'], { ...call, issue: 12 }],
    [['octo-org/keys', '--all', '--json'], { ...call, json: true }],
    [['--policy', 'a.yml', 'octo-org/keys#1'], { ...call, issue: 1, policy: 'a.yml' }],
    [['octo-org/keys'], undefined],
    [['octo-org/keys#x'], undefined],
    [['octo-org/keys#0'], undefined],
    [['octo-org/keys#1', '--all'], undefined],
    [['octo-org/keys#1', 'octo-org/keys#2'], undefined],
  ])('%j', (argv, expected) => {
    expect(parseAuditArguments(argv)).toEqual(expected);
  });

  test('a repository has an owner and a name', () => {
    expect(() => parseAuditArguments(['keys#1'])).toThrow('owner/name');
  });
});

describe('the report', () => {
  const client = () => connect(github);
  const all = { repository: name, issue: undefined, json: false, policy: undefined };

  test('an issue whose marker is gone is not sound', async () => {
    time = minutesLater(30);
    const { number } = await github.byHand.openIssue('alice', { title: 'x', body: 'x', labels: ['keyturn'] });
    const issues = await auditTrails(client(), { ...all, issue: number }, time);
    expect(issues.map(isSound)).toEqual([false]);
    expect(auditTable(issues)).toContain(`#${number} BROKEN: its body names no finding`);
    expect(JSON.parse(auditJson(issues))).toMatchObject([{ issue: number, state: 'broken' }]);
  });

  test('shows events that do not count, and envelopes that do not belong', async () => {
    const { number } = await openFinding();
    await github.byHand.comment(number, wholeTrail()[0].body, 'mallory');
    const issues = await auditTrails(client(), { ...all, issue: number }, minutesLater(30));
    expect(issues.map(isSound)).toEqual([true]);
    expect(auditTable(issues)).toContain('holds an envelope that does not count: another subject');
    const [issue] = issues;
    const event = issue?.read?.trail.events[0];
    if (!issue?.read || !event) throw new Error('The trail was not read.');
    const ignored = { ...issue.read.state, ignored: [{ event, reason: 'another request is open' }] };
    expect(auditTable([{ ...issue, read: { ...issue.read, state: ignored } }])).toContain(
      'IGNORED: another request is open',
    );
  });

  test('a policy that is absent or invalid is named', async () => {
    const policy = join(import.meta.dirname, 'audit.test.ts');
    await expect(auditTrails(client(), { ...all, policy }, time)).rejects.toThrow('cannot be used: line ');
  });

  test('every kind of event has a line, and no terminal obeys it', () => {
    const types = ['denied', 'voided', 'started', 'finished', 'verified', 'exempted', 'reactivated'] as const;
    const place = { at: start, seq: 1, commentId: 1, shortHash: 'abcdef012345' };
    const events = [
      ...types.map((type) => ({ ...trailEvent(type), ...place })),
      { ...trailEvent('denied', { data: { reason: '\u001b[2Jgone' } }), ...place },
      { ...trailEvent('verified', { data: { asPredicted: false } }), ...place },
    ];
    const read = {
      subject,
      trail: { state: 'intact' as const, envelopes: [], events, strays: [] },
      state: fold([], new Date(0)),
    };
    const table = auditTable([{ number: 1, url: '', read }]);
    for (const type of types) expect(table).toContain(type);
    expect(table).toContain('\uFFFD[2Jgone');
    expect(table).toContain('NOT as predicted');
  });

  test('no issue at all', () => {
    expect(auditTable([])).toBe('There is no issue with the label keyturn.\n');
  });
});
