import type { Ephemerals } from './ephemerals.ts';
import type { Arguments, Reply } from './exchange.ts';
import type { Modals } from './modals.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Triggers } from './triggers.ts';
import type { Caller, Upstream } from './upstream.ts';
import type { Workspace } from './workspace.ts';

/** What this Slack consists of. */
export interface Services {
  /** Its address, without a slash at the end. */
  readonly url: string;
  readonly now: () => Date;
  readonly workspace: Workspace;
  readonly upstream: Upstream;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly ephemerals: Ephemerals;
  readonly modals: Modals;
  readonly sockets: SocketMode;
  /** Scopes of the bot's token. */
  readonly scopes: readonly string[];
  /** Calls a Web API method with Slack's checks; neither counted nor at fault. */
  call(method: string, args: Arguments, caller: Caller): Promise<Reply>;
}

/** How a Web API method is carried out, where `emulate` does not do all of it. */
export type Method = (args: Arguments, slack: Services, caller: Caller) => Promise<Reply>;
