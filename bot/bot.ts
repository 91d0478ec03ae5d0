import type { webApi } from '@slack/bolt';
import type { Bulks } from '../shared/remediation/bulks.ts';
import type { World } from '../shared/remediation/ports.ts';
import type { Watch } from '../shared/remediation/watch.ts';
import type { Message } from '../shared/slack/message.ts';
import type { Deliveries } from './deliveries.ts';
import type { FindingIndex } from './finding-index.ts';
import type { Journal } from './journal.ts';
import type { Tasks } from './tasks.ts';

/** What every listener works with, made once by the composition root. */
export interface Bot {
  readonly world: World;
  readonly slack: webApi.WebClient;
  /** For what cannot wait: dialogs, and who is who. */
  readonly dialogs: webApi.WebClient;
  readonly findings: FindingIndex;
  /** The answer to `/keys pending`. */
  readonly pending: () => Promise<Message>;
  readonly watch: Watch;
  readonly bulks: Bulks;
  readonly tasks: Tasks;
  readonly deliveries: Deliveries;
  readonly journal: Journal;
  /** The workspace in which the app is installed: people of others are refused. */
  readonly teamId: string;
}
