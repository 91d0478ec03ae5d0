/** Free play: five things that go wrong in real life, each to be tried in any order. */
import { act } from './act.js';
import { approve, closeModal, press, say } from './doing.js';
import {
  approvalOf,
  boxAs,
  card,
  isRecorded,
  issueOf,
  keysOf,
  scansDone,
  viewOf,
  wasTold,
  wordsOf,
} from './sights.js';
import { current, set } from './state.js';

/** @import { Part, Task } from './guide.js' */

/** Without a scan there is no issue to work on. @type {Task} */
const scanFirst = {
  say: 'Press *Run the scan*, if nobody has yet.',
  pane: 'github',
  target: () => '[data-do="scan"]',
  isDone: ({ scene }) => scansDone(scene) > 0,
  help: () => act({ act: 'scan' }),
};

/**
 * @param {string} user
 * @param {string} reason
 * @returns {Task}
 */
function request(user, reason) {
  const line = `/keys remediate ${user} ${reason}`;
  return {
    say: `As *alice*, send \`${line}\`.`,
    pane: 'slack',
    draft: line,
    target: (state) => boxAs(state, 'alice'),
    isDone: ({ scene }) => isRecorded(card(scene, 'Runbook', user)),
    help: () => say('alice', line),
  };
}

/** @type {Part} */
const aKeyIsUsed = {
  title: 'Use a key now',
  why: 'An approval is for one plan. When the plan that would run now is another one, the approval is void and nothing is done.',
  tasks: [
    scanFirst,
    request('dave', 'half rotated'),
    {
      say: "Press *Use* beside dave's old key: some program just used it, so the runbook would now leave it Active.",
      pane: 'aws',
      target: ({ scene }) => `[data-key="${keysOf(scene, 'dave')[0]?.id}"] [data-do="use"]`,
      isDone: ({ scene }, base) =>
        keysOf(scene, 'dave')[0]?.lastUsedAt !== keysOf(base, 'dave')[0]?.lastUsedAt,
      help: ({ scene }) => act({ act: 'use-key', keyId: keysOf(scene, 'dave')[0]?.id ?? '' }),
    },
    {
      say: 'Approve it as *sam*: the request becomes *void*, with the difference named.',
      pane: 'slack',
      target: (state) => approvalOf(state, card(state.scene, 'Runbook', 'dave'), 'sam'),
      isDone: ({ scene }) => wordsOf(card(scene, 'Runbook', 'dave')).includes('*Void*'),
      help: () => approve('sam', 'Runbook', 'dave'),
    },
  ],
};

/** @type {Part} */
const aCommentIsEdited = {
  title: 'Edit the trail',
  why: 'Whoever has write access can edit the comments of the bot. Nobody but the bot can sign them again.',
  tasks: [
    scanFirst,
    request('carol', 'left the team'),
    {
      say: "On carol's issue press *Edit…* at the sealed comment, change a word, and save.",
      pane: 'github',
      target: ({ editing, scene, issue }) =>
        editing
          ? 'dialog.editor'
          : issue === issueOf(scene, 'carol')?.number
            ? '.comment .edit'
            : `[data-issue="${issueOf(scene, 'carol')?.number}"]`,
      isDone: ({ scene }) => issueOf(scene, 'carol')?.trail.state === 'broken',
      help: async ({ scene }) => {
        const { number, comments = [] } = issueOf(scene, 'carol') ?? {};
        const [first] = comments;
        set({ issue: number });
        if (first) {
          const body = first.body.replace('left the team', 'nothing special');
          await act({ act: 'edit-comment', id: first.id, body });
        }
      },
    },
    {
      say: 'Try to approve as *sam*: refused, because the trail is broken.',
      pane: 'slack',
      target: (state) => approvalOf(state, card(state.scene, 'Runbook', 'carol'), 'sam'),
      isDone: ({ scene }) => wasTold(scene, 'sam', 'is broken'),
      help: ({ scene }) => press('sam', card(scene, 'Runbook', 'carol'), 'keyturn_open_approval'),
    },
    {
      say: 'Run the scan: it sets the issue aside and opens a new one that links to it.',
      pane: 'github',
      target: ({ scene, me }) => (viewOf(scene, me) ? 'dialog .modal-foot' : '[data-do="scan"]'),
      isDone: ({ scene }) =>
        (scene?.github.issues.filter(({ title }) => title.includes('IAM user carol ')).length ?? 0) > 1 &&
        !scene?.scan?.isRunning,
      help: async () => {
        await closeModal(current().me);
        await act({ act: 'scan' });
        set({ issue: issueOf(current().scene, 'carol')?.number });
      },
    },
  ],
};

/** @type {Part} */
const theBotIsKilled = {
  title: 'Kill the bot in mid-flight',
  why: 'Any process may die at any line. The next one reads the trail and goes on: nothing is done twice, nothing is forgotten.',
  tasks: [
    scanFirst,
    request('judy', 'she left'),
    {
      say: 'Tick *kill it in mid-flight* above: the bot dies as soon as it has told AWS to run the runbook.',
      pane: 'slack',
      target: () => '.bot label',
      isDone: ({ scene }) => scene?.bot.killsInFlight || !scene?.bot.isRunning,
      help: () => act({ act: 'kill-bot-in-flight', on: true }),
    },
    {
      say: 'Approve as *sam*, and watch it die. The runbook runs on in AWS; the thread stays silent.',
      pane: 'slack',
      target: (state) => approvalOf(state, card(state.scene, 'Runbook', 'judy'), 'sam'),
      isDone: ({ scene }) => !scene?.bot.isRunning,
      help: () => approve('sam', 'Runbook', 'judy'),
    },
    {
      say: 'Press *Start it again*: it finds the execution by its tag, starts no second one, reads back, and reports.',
      pane: 'slack',
      target: () => '[data-do="start"]',
      isDone: ({ scene }) =>
        (scene?.bot.isRunning ?? false) && /Resolved|remains/.test(wordsOf(card(scene, 'Runbook', 'judy'))),
      help: () => act({ act: 'start-bot' }),
    },
  ],
};

const requestGrace = '/keys remediate grace.hopper she is an admiral now';

/** @type {Part} */
const configGoesStale = {
  title: 'Let Config go stale',
  why: 'grace was renamed to grace.hopper, and Config has not noticed. The runbook finds users by the name that Config recorded: it would act on whoever is called grace now.',
  tasks: [
    scanFirst,
    {
      say: `As *alice*, send \`${requestGrace}\`: refused, with the reason and what to do.`,
      pane: 'slack',
      draft: requestGrace,
      target: (state) => boxAs(state, 'alice'),
      isDone: ({ scene }) => wasTold(scene, 'alice', 'grace.hopper'),
      help: () => say('alice', requestGrace),
    },
    {
      say: 'Press *Let Config catch up*: some hours pass, for Config alone.',
      pane: 'aws',
      target: () => '[data-do="config"]',
      isDone: ({ scene }) => !scene?.aws.users.find(({ name }) => name === 'grace.hopper')?.stale,
      help: () => act({ act: 'config-catches-up' }),
    },
    {
      say: 'Send the same line again: now there is a plan to approve.',
      pane: 'slack',
      draft: requestGrace,
      target: (state) => boxAs(state, 'alice'),
      isDone: ({ scene }) => isRecorded(card(scene, 'Runbook', 'grace.hopper')),
      help: () => say('alice', requestGrace),
    },
  ],
};

/** @type {Part} */
const aKeyIsRotated = {
  title: 'Rotate a key',
  why: 'What its owner should have done. Config and IAM’s credential report are up to hours old, so the issue is closed as soon as they have seen it.',
  tasks: [
    scanFirst,
    {
      say: 'Press *Rotate* beside both keys of heidi. She may have two keys, so each new one takes the place of an old one.',
      pane: 'aws',
      target: ({ scene }) =>
        `[data-key="${keysOf(scene, 'heidi').find(({ isOverAge }) => isOverAge)?.id}"] [data-do="rotate"]`,
      isDone: ({ scene }) => !keysOf(scene, 'heidi').some(({ isOverAge }) => isOverAge),
      help: async ({ scene }) => {
        for (const { id } of keysOf(scene, 'heidi').filter(({ isOverAge }) => isOverAge)) {
          await act({ act: 'rotate-key', keyId: id });
        }
      },
    },
    {
      say: 'Press *Let Config catch up*: hours pass for Config and for the credential report.',
      pane: 'aws',
      target: () => '[data-do="config"]',
      isDone: ({ scene }) => scene?.aws.users.find(({ name }) => name === 'heidi')?.verdict === 'COMPLIANT',
      help: () => act({ act: 'config-catches-up' }),
    },
    {
      say: 'Run the scan: no Active key over age is left, so it closes the issue.',
      pane: 'github',
      target: () => '[data-do="scan"]',
      isDone: ({ scene }) => issueOf(scene, 'heidi')?.state === 'closed' && !scene?.scan?.isRunning,
      help: async () => {
        await act({ act: 'scan' });
        set({ issue: issueOf(current().scene, 'heidi')?.number });
      },
    },
  ],
};

/** @type {readonly Part[]} */
export const play = [aKeyIsUsed, aCommentIsEdited, theBotIsKilled, configGoesStale, aKeyIsRotated];
