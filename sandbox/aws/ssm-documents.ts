import { z } from 'zod';
import { documentName } from './automation.ts';
import { AwsFailure } from './failure.ts';
import { type Operation, operation } from './operation.ts';
import type { World } from './world.ts';

export const DocumentName = z.string().regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/);
export const DocumentVersion = z
  .string()
  .regex(/^(\$LATEST|\$DEFAULT|[1-9]\d*)$/)
  .optional();

/** Systems Manager's documents: there is one, the runbook. Its default version is 1. */
export const documentOperations: Readonly<Record<string, Operation>> = {
  DescribeDocument: operation(
    z.object({ Name: DocumentName, DocumentVersion }),
    (input, { world, account }) => {
      if (!isRunbook(input.Name)) {
        throw new AwsFailure('InvalidDocument', `Document with name ${input.Name} does not exist.`);
      }
      const version = resolveVersion(world, input.DocumentVersion);
      const hash = world.automation.documentHashes.get(version);
      if (hash === undefined) {
        throw new AwsFailure('InvalidDocumentVersion', `Document version ${version} does not exist.`);
      }
      return {
        Document: {
          Name: documentName,
          Owner: 'Amazon',
          Hash: hash,
          HashType: 'Sha256',
          CreatedDate: account.createdAt,
          Status: 'Active',
          DocumentVersion: version,
          DefaultVersion: '1',
          LatestVersion: world.automation.latestVersion,
          DocumentType: 'Automation',
          DocumentFormat: 'JSON',
          SchemaVersion: '0.3',
          PlatformTypes: ['Windows', 'Linux', 'MacOS'],
          Parameters: [
            { Name: 'AutomationAssumeRole', Type: 'String' },
            { Name: 'IAMResourceId', Type: 'String' },
            { Name: 'MaxCredentialUsageAge', Type: 'String', DefaultValue: '90' },
          ],
        },
      };
    },
  ),
};

/** A document may be named by its ARN too. */
export function isRunbook(name: string): boolean {
  return (
    name === documentName ||
    /^arn:aws:ssm:[\w-]*::(automation-definition|document)\/(.+)$/.exec(name)?.[2] === documentName
  );
}

export function resolveVersion({ automation }: World, version = '$DEFAULT'): string {
  if (version === '$LATEST') return automation.latestVersion;
  return version === '$DEFAULT' ? '1' : version;
}
