import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reportCsv } from '../../sandbox/aws/credential-report.ts';
import { startAws } from '../../sandbox/aws/start.ts';
import { readerClients } from '../../shared/aws/clients.ts';
import { readRecordedUsers } from '../../shared/aws/recorded-users.ts';
import { awsUserReader } from '../../shared/aws/user-reader.ts';
import { isOverAge } from '../../shared/keys/age.ts';
import type { RememberedUser } from '../../shared/keys/evidence.ts';
import { connection, now, rule } from '../aws/stand-in.ts';
import { mutatedText } from './mutations.ts';
import { orRefused, type Target } from './target.ts';

/** Users of every kind, three of whom are findings. */
async function seed() {
  const aws = await startAws({ now: () => now });
  const { world } = aws;
  const day = (days: number) => ({ createdAt: world.daysAgo(days) });
  world.addUser({ name: 'old', keys: [day(200)] });
  world.addUser({ name: 'old,"quoted', keys: [day(150), day(10)] });
  world.addUser({ name: 'two-old', keys: [day(300), day(120)], loginProfile: day(300) });
  world.addUser({ name: 'young', keys: [day(20)] });
  world.addUser({
    name: 'off',
    keys: [{ ...day(400), status: 'Inactive', statusChangedAt: world.daysAgo(3) }],
  });
  return aws;
}

/** Through the real SDK against the stand-in: what the report says wrongly must never hide a key from the scan. */
export const credentialReports: Target = {
  name: 'credential reports',
  async open() {
    const aws = await seed();
    process.env['AWS_ENDPOINT_URL'] = aws.url;
    const { config, iam } = readerClients({ ...connection, maxAttempts: 1 });
    const account = aws.world.account();
    const users = [...account.users.values()];
    const ids = users.map(({ id }) => id);
    const readRecorded = (userIds: readonly string[]) => readRecordedUsers(config, userIds);
    const newReader = () =>
      awsUserReader({ readRecorded, iam, sleep: async () => undefined, now: () => now });
    account.report.latest = undefined;
    const remembered = await memoryOf(() => newReader().readUsers(rule, ids, new Map()));
    const { latest } = account.report;
    if (!latest) throw new Error('The stand-in made no report.');
    const whole = reportCsv(latest);
    const property = fc.asyncProperty(mutatedText(whole), fc.boolean(), async (csv, isRemembered) => {
      account.report.spoil = () => csv;
      aws.requests.clear();
      const memory = isRemembered ? remembered : new Map<string, RememberedUser>();
      const answer = await orRefused(() => newReader().readUsers(rule, ids, memory));
      if (!answer) return;
      for (const user of users) {
        const evidence = answer.get(user.id);
        assert.ok(evidence, `${user.name} is passed over`);
        // Unreadable makes the scan fail: that hides nothing.
        if (evidence.kind === 'unreadable') continue;
        assert.equal(evidence.kind, 'user', `${user.name} is called gone`);
        const seen = evidence.kind === 'user' ? evidence.user.accessKeys : [];
        const isDue = (key: (typeof seen)[number]) => key.status === 'Active' && isOverAge(key, 90, now);
        const due = user.accessKeys.filter((key) =>
          isDue({ id: key.id, status: key.status, createdAt: key.createdAt }),
        );
        const isFinding = seen.some(isDue);
        assert.ok(due.length === 0 || isFinding, `${user.name} is hidden`);
      }
    });
    return {
      property,
      close: async () => {
        delete process.env['AWS_ENDPOINT_URL'];
        iam.destroy();
        config.destroy();
        await aws.close();
      },
    };
  },
};

async function memoryOf(read: () => ReturnType<ReturnType<typeof awsUserReader>['readUsers']>) {
  const memory = new Map<string, RememberedUser>();
  for (const [id, evidence] of await read()) {
    if (evidence.kind === 'user' && evidence.remembered) memory.set(id, evidence.remembered);
  }
  return memory;
}
