import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import type { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type AwsConnection, clientSettings, readerClients } from './clients.ts';

/** Clients of the services that a remediation needs. Apart from clients.ts: the scan's bundle has no SSM. */
export function remediatorClients(connection: AwsConnection): {
  config: ConfigServiceClient;
  iam: IAMClient;
  ssm: SSMClient;
} {
  return { ...readerClients(connection), ssm: new SSMClient(clientSettings(connection)) };
}
