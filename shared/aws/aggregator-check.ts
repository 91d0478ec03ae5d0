import {
  type ConfigServiceClient,
  SelectAggregateResourceConfigCommand,
} from '@aws-sdk/client-config-service';
import { namingAggregator } from './aggregator.ts';
import { asking } from './aws-error.ts';

/**
 * Asks a Config aggregator for one row, whatever it says: that it answers shows that the credentials hold, the region is
 * right and the aggregator is there. Which accounts it has is nobody's proof of anything: it may lack some for hours.
 *
 * @throws KeyturnError `aggregator-missing`, `aws-…`
 */
export async function checkAggregator(config: ConfigServiceClient, name: string): Promise<void> {
  const command = new SelectAggregateResourceConfigCommand({
    ConfigurationAggregatorName: name,
    Expression: "SELECT accountId WHERE resourceType = 'AWS::IAM::User'",
    Limit: 1,
  });
  await namingAggregator(name, asking('config:SelectAggregateResourceConfig', config.send(command)));
}
