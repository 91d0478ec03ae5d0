import {
  type AutomationExecutionFilter,
  type AutomationExecutionMetadata,
  DescribeAutomationExecutionsCommand,
  DescribeDocumentCommand,
  IdempotentParameterMismatch,
  type SSMClient,
  StartAutomationExecutionCommand,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type { Execution, ExecutionPage, RunbookPlace, RunbookStart, Runbooks } from '../remediation/ports.ts';
import { readAnswer } from './aws-answer.ts';
import { asking } from './aws-error.ts';

const documentName = 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials';
const outputName = 'RevokeUnusedIAMUserCredentialsAndVerify.Output';

const documentSchema = z.object({ Name: z.string(), DocumentVersion: z.string(), Hash: z.string() });
const startedSchema = z.object({ AutomationExecutionId: z.string() });
const rowSchema = z.object({ AutomationExecutionId: z.string(), AutomationExecutionStatus: z.string() });

/** AWS's runbook, run by SSM Automation. The caller keeps the pace: one start and three lists a second. */
export function ssmRunbooks(clientOf: (place: RunbookPlace) => SSMClient): Runbooks {
  return {
    async describeDocument(place, version) {
      const action = 'ssm:DescribeDocument';
      const command = new DescribeDocumentCommand({ Name: documentName, DocumentVersion: version });
      const { Document } = await asking(action, clientOf(place).send(command));
      const { Name, DocumentVersion, Hash } = readAnswer(action, documentSchema, Document);
      return { name: Name, version: DocumentVersion, hash: Hash };
    },

    async start(place, start) {
      const action = 'ssm:StartAutomationExecution';
      const answer = await asking(action, unlessTokenUsed(clientOf(place).send(startCommand(start))));
      if (answer === 'token-used') return answer;
      return { executionId: readAnswer(action, startedSchema, answer).AutomationExecutionId };
    },

    async findByTag(place, tagKey) {
      const filters: AutomationExecutionFilter[] = [{ Key: 'TagKey', Values: [tagKey] }];
      let page = await describeExecutions(clientOf(place), filters, undefined);
      // A page may be empty although more follow.
      while (page.executions.length === 0 && page.nextToken !== undefined) {
        page = await describeExecutions(clientOf(place), filters, page.nextToken);
      }
      return page.executions[0];
    },

    listSince(place, since, nextToken) {
      const filters: AutomationExecutionFilter[] = [
        { Key: 'DocumentNamePrefix', Values: [documentName] },
        { Key: 'StartTimeAfter', Values: [since.toISOString()] },
      ];
      return describeExecutions(clientOf(place), filters, nextToken);
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

/** The SDK repeats a start whose answer was lost, with the same token: that too ends here and is looked up. */
async function unlessTokenUsed<Answer>(answer: Promise<Answer>): Promise<Answer | 'token-used'> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof IdempotentParameterMismatch) return 'token-used';
    throw error;
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
