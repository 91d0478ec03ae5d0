import { accountCredentials } from '../shared/aws/account-credentials.ts';
import { defaultCredentials } from '../shared/aws/credentials.ts';
import { partitionOf } from '../shared/aws/partition.ts';
import { remediatorClients } from '../shared/aws/remediator-clients.ts';
import type { RepositoryName } from '../shared/github/repository.ts';
import type { RunbookPlace } from '../shared/remediation/ports.ts';

export type Clients = ReturnType<typeof remediatorClients>;

/** Clients for every account and region that the bot works in, each made when it is first needed. */
export interface Accounts {
  /** With the bot's own credentials. */
  own(region: string): Clients;
  /** With the remediator role of another account, or of the bot's own, assumed by the bot. */
  member(place: RunbookPlace, roleName: string): Clients;
}

/** @param repository whose bot it is: CloudTrail names it in every account */
export function connectAccounts(repository: RepositoryName, now: () => Date): Accounts {
  const userAgent = 'keyturn-bot';
  const caller = remember((region: string) => defaultCredentials(region));
  const own = remember((region: string) =>
    remediatorClients({ region, credentials: caller(region), userAgent }),
  );
  const name = nameInCloudTrail(repository);
  const member = remember((region: string, accountId: string, roleName: string) => {
    const partition = partitionOf(region);
    const role = { partition, accountId, roleName, roleSessionName: name, sourceIdentity: name, region };
    const credentials = accountCredentials(caller(region), role, now);
    return remediatorClients({ region, credentials, userAgent, connectionsOf: own(region).config });
  });
  return { own, member: ({ accountId, region }, roleName) => member(region, accountId, roleName) };
}

/**
 * `keyturn-bot@acme.keys`: GitHub's owners have no dot, so that it can be read backwards. AWS takes 64 characters. It
 * names no request, because a session of an hour serves all of them; what a request does bears its id or its key's
 * (docs/adr/0012-an-account-is-entered-by-its-role.md).
 */
function nameInCloudTrail({ owner, repo }: RepositoryName): string {
  return `keyturn-bot@${owner}.${repo}`.slice(0, 64);
}

/** Three clients take 70 KB, and an organization may have thousands of accounts. */
const mostKept = 200;

/** Makes each when it is needed, and keeps those that were needed last. No name has a space. */
function remember<Names extends readonly string[], Made>(
  make: (...names: Names) => Made,
): (...names: Names) => Made {
  const made = new Map<string, Made>();
  return (...names) => {
    const name = names.join(' ');
    const one = made.get(name) ?? make(...names);
    made.delete(name);
    made.set(name, one);
    const [oldest = name] = made.keys();
    if (made.size > mostKept) made.delete(oldest);
    return one;
  };
}
