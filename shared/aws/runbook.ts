import {
  type AutomationExecutionFilter,
  type AutomationExecutionMetadata,
  DescribeAutomationExecutionsCommand,
  DescribeDocumentCommand,
  IdempotentParameterMismatch,
  type SSMClient,
  StartAutomationExecutionCommand,
  type StartAutomationExecutionCommandOutput,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type {
  Execution,
  ExecutionPage,
  RunbookPlace,
  RunbookStart,
  Runbooks,
  StartAnswer,
} from '../remediation/ports.ts';
import { isRecord } from '../trust-boundaries.ts';
import { readAnswer } from './aws-answer.ts';
import { asking, awsError } from './aws-error.ts';
import { wholeSeconds } from './moments.ts';

const documentName = 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials';
const outputName = 'RevokeUnusedIAMUserCredentialsAndVerify.Output';

/** What AWS answers before it starts anything, and would answer again. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AutomationDefinitionNotFoundException',
  'AutomationDefinitionVersionNotFoundException',
  'InvalidAutomationExecutionParametersException',
  'ValidationException',
]);

const documentSchema = z.object({ Name: z.string(), DocumentVersion: z.string(), Hash: z.string() });
const startedSchema = z.object({ AutomationExecutionId: z.string() });
const rowSchema = z.object({ AutomationExecutionId: z.string(), AutomationExecutionStatus: z.string() });

/** AWS's runbook, run by SSM Automation. The caller keeps the pace: one start and three lists a second. */
export function ssmRunbooks(clientOf: (place: RunbookPlace) => Promise<SSMClient>): Runbooks {
  return {
    async describeDocument(place, version) {
      const action = 'ssm:DescribeDocument';
      const command = new DescribeDocumentCommand({ Name: documentName, DocumentVersion: version });
      const ssm = await clientOf(place);
      const { Document } = await asking(action, ssm.send(command));
      const { Name, DocumentVersion, Hash } = readAnswer(action, documentSchema, Document);
      return { name: Name, version: DocumentVersion, hash: Hash };
    },

    async start(place, start) {
      const ssm = await clientOf(place);
      return startAnswer(ssm.send(startCommand(start)));
    },

    async findByTag(place, tagKey) {
      const filters: AutomationExecutionFilter[] = [{ Key: 'TagKey', Values: [tagKey] }];
      const ssm = await clientOf(place);
      let page = await describeExecutions(ssm, filters, undefined);
      // A page may be empty although more follow.
      while (page.executions.length === 0 && page.nextToken !== undefined) {
        page = await describeExecutions(ssm, filters, page.nextToken);
      }
      return page.executions[0];
    },

    async listSince(place, since, nextToken) {
      const filters: AutomationExecutionFilter[] = [
        { Key: 'DocumentNamePrefix', Values: [documentName] },
        // "After" leaves out the second itself.
        { Key: 'StartTimeAfter', Values: [wholeSeconds(new Date(+since - 1_000))] },
      ];
      return describeExecutions(await clientOf(place), filters, nextToken);
    },
  };
}

function startCommand(start: RunbookStart): StartAutomationExecutionCommand {
  return new StartAutomationExecutionCommand({
    DocumentName: start.document.name,
    DocumentVersion: start.document.version,
    ClientToken: start.clientToken,
    Tags: [{ Key: start.tagKey, Value: 'keyturn' }],
    Parameters: {
      AutomationAssumeRole: [start.roleArn],
      IAMResourceId: [start.userId],
      MaxCredentialUsageAge: [String(start.maxCredentialUsageAge)],
    },
  });
}

async function startAnswer(sent: Promise<StartAutomationExecutionCommandOutput>): Promise<StartAnswer> {
  const action = 'ssm:StartAutomationExecution';
  try {
    const { AutomationExecutionId } = readAnswer(action, startedSchema, await sent);
    return { kind: 'started', executionId: AutomationExecutionId };
  } catch (error) {
    // The SDK repeats a start whose answer was lost, with the same token: that too ends here and is looked up.
    if (error instanceof IdempotentParameterMismatch) return { kind: 'token-used' };
    const failure = awsError(action, error);
    const name = isRecord(error) ? error['name'] : undefined;
    if (typeof name === 'string' && refusals.has(name)) return { kind: 'refused', reason: failure.fact };
    throw failure;
  }
}

async function describeExecutions(
  ssm: SSMClient,
  filters: AutomationExecutionFilter[],
  nextToken: string | undefined,
): Promise<ExecutionPage> {
  const { AutomationExecutionMetadataList: rows = [], NextToken } = await asking(
    'ssm:DescribeAutomationExecutions',
    ssm.send(
      new DescribeAutomationExecutionsCommand({ Filters: filters, MaxResults: 50, NextToken: nextToken }),
    ),
  );
  return { executions: rows.map(execution), ...(NextToken !== undefined && { nextToken: NextToken }) };
}

function execution(row: AutomationExecutionMetadata): Execution {
  const { AutomationExecutionId, AutomationExecutionStatus } = readAnswer(
    'ssm:DescribeAutomationExecutions',
    rowSchema,
    row,
  );
  const [output] = row.Outputs?.[outputName] ?? [];
  return {
    id: AutomationExecutionId,
    status: AutomationExecutionStatus,
    ...(output !== undefined && { output }),
    ...(row.FailureMessage !== undefined && { failure: row.FailureMessage }),
  };
}
