import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import type { CredentialsSource } from './held-credentials.ts';

export interface AwsConnection {
  readonly region: string;
  readonly credentials: CredentialsSource;
  /** Shown in CloudTrail, such as `keyturn/1.2.0`. */
  readonly userAgent: string;
  /** How often one request is tried in all; 8 when absent. */
  readonly maxAttempts?: number;
  /** Another client whose connections this one uses too; absent: its own. */
  readonly connectionsOf?: ConfigServiceClient;
}

/**
 * How long AWS is waited for, in milliseconds: without the last member the SDK only warns when the time is over, and
 * waits on, for good. Source: @smithy/types, NodeHttpHandlerOptions.
 */
export const patience = {
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  /** Of an answer that stops in the middle. */
  socketTimeout: 30_000,
  throwOnRequestTimeout: true,
} as const;

/** What every client is made from. Endpoints come from the SDK's own variables (AWS_ENDPOINT_URL…) only. */
export function clientSettings(connection: AwsConnection) {
  return {
    region: connection.region,
    credentials: connection.credentials,
    customUserAgent: connection.userAgent,
    // IAM's rates are unpublished: adaptive mode slows down by itself once AWS throttles.
    retryMode: 'adaptive',
    maxAttempts: connection.maxAttempts ?? 8,
    requestHandler: connection.connectionsOf?.config.requestHandler ?? patience,
  };
}

/** Clients of the services that a scan reads. */
export function readerClients(connection: AwsConnection): { config: ConfigServiceClient; iam: IAMClient } {
  const settings = clientSettings(connection);
  return { config: new ConfigServiceClient(settings), iam: new IAMClient(settings) };
}
