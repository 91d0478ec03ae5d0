import { noteLimit } from '../trail/bounds.ts';
import { clip } from '../trail/text.ts';
import { type Approvable, canonicalJson, withKeysInOrder } from './digest.ts';

/** What people call the parts of an approval. */
const names: Readonly<Record<string, string>> = {
  userName: 'the user name',
  arn: "the user's ARN",
  quorum: 'who has to approve',
  region: 'the region',
  document: 'the runbook document',
  roleArn: "the runbook's role",
  ages: 'the ages',
  keys: 'the keys and their statuses',
  updates: 'the keys that the runbook sets Inactive',
  deactivates: 'the keys that are deactivated',
  deletesLoginProfile: 'whether the console password is deleted',
  loginProfileCreatedAt: 'the console password',
  reactivates: 'the keys that are reactivated',
};

/** Which parts of what was approved are others now, each as a line for people. */
export function planChanges(before: Approvable, after: Approvable): string[] {
  const one = parts(before);
  const other = parts(after);
  return Object.entries(names).flatMap(([part, name]) => {
    const was = canonicalJson(one.get(part) ?? 'none');
    const is = canonicalJson(other.get(part) ?? 'none');
    // Each is cut so that the other one still fits.
    const room = Math.floor((noteLimit - `${name}: was , is `.length) / 2);
    return was === is ? [] : [`${name}: was ${clip(was, room)}, is ${clip(is, room)}`];
  });
}

function parts({ plan, userName, arn, quorum }: Approvable): ReadonlyMap<string, unknown> {
  const members: [string, unknown][] = Object.entries(withKeysInOrder(plan));
  return new Map([...members, ['userName', userName], ['arn', arn], ['quorum', quorum]]);
}
