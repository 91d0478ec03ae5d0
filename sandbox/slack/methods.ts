import { getPermalink, postEphemeral, postMessage, updateMessage } from './chat-methods.ts';
import { history, replies } from './conversation-methods.ts';
import { refusal } from './exchange.ts';
import type { Method } from './services.ts';
import { userGroupMembers, userGroups, userInfo } from './user-methods.ts';
import { openView, pushView, updateView } from './view-methods.ts';

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
  ['usergroups.list', userGroups],
  ['usergroups.users.list', userGroupMembers],
  ['views.open', openView],
  ['views.push', pushView],
  ['views.update', updateView],
  ['views.generateTriggerId', noMethod],
]);
