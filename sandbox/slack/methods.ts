import { getPermalink, postEphemeral, postMessage, updateMessage } from './chat-methods.ts';
import { history, replies } from './conversation-methods.ts';
import type { Ephemerals } from './ephemerals.ts';
import { type Arguments, type Reply, refusal } from './exchange.ts';
import type { Modals } from './modals.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Triggers } from './triggers.ts';
import type { Caller, Upstream } from './upstream.ts';
import { userGroupMembers, userGroups, userInfo, userList } from './user-methods.ts';
import { openView, pushView, updateView } from './view-methods.ts';
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

/** Not Slack's: a bot must not come to rely on it. */
const noMethod: Method = async () => refusal('unknown_method');

/** The methods that `emulate` lacks or does in part; it does all others alone. */
export const methods: ReadonlyMap<string, Method> = new Map([
  ['chat.postMessage', postMessage],
  ['chat.postEphemeral', postEphemeral],
  ['chat.update', updateMessage],
  ['chat.getPermalink', getPermalink],
  ['conversations.history', history],
  ['conversations.replies', replies],
  ['users.info', userInfo],
  ['users.list', userList],
  ['usergroups.list', userGroups],
  ['usergroups.users.list', userGroupMembers],
  ['views.open', openView],
  ['views.push', pushView],
  ['views.update', updateView],
  ['views.generateTriggerId', noMethod],
]);
