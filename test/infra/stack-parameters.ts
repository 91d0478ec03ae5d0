/** What somebody who installs Keyturn would give; everything else is left at its default. */

const github = {
  GitHubOwner: 'acme',
  GitHubOwnerId: '4711',
  GitHubRepository: 'keys',
  GitHubRepositoryId: '812',
};

export const accountParameters = github;
export const organizationParameters = github;

function rolesIn(partition: string) {
  return {
    ScanRoleArn: `arn:${partition}:iam::111122223333:role/KeyturnScan`,
    BotRoleArn: `arn:${partition}:iam::111122223333:role/KeyturnBot`,
  };
}
export const memberParameters = rolesIn('aws');

export function parametersOf(template: string, partition: string): Readonly<Record<string, string>> {
  switch (template) {
    case 'member.yaml':
      return rolesIn(partition);
    case 'bot.yaml':
      return {
        Image: 'registry.example/keyturn@sha256:0123',
        VpcId: 'vpc-0123',
        SubnetIds: 'subnet-0123',
        BotRoleArn: rolesIn(partition).BotRoleArn,
        SecretArn: `arn:${partition}:secretsmanager:us-east-1:111122223333:secret:keyturn-a1b2c3`,
        GitHubRepositoryName: 'acme/keys',
      };
    default:
      return github;
  }
}
