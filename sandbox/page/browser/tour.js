/** The guided tour: five parts, each a few things to do, which are ticked off when they are seen to be done. */
import { act } from './act.js';
import { approve, press, say } from './doing.js';
import {
  approvalOf,
  boxAs,
  canBeApproved,
  card,
  isRecorded,
  issueOf,
  keysOf,
  scansDone,
  viewOf,
  wordsOf,
} from './sights.js';
import { set } from './state.js';

/** @import { Part } from './guide.js' */

const requestAlice = '/keys remediate alice the backup job is gone';
const requestBob = '/keys remediate bob rotation is overdue';

/** @type {readonly Part[]} */
export const tour = [
  {
    title: 'Run the scan',
    why: 'A scheduled GitHub Action asks AWS Config who breaks the rule ACCESS_KEYS_ROTATED and keeps one issue for each of them.',
    tasks: [
      {
        say: 'Press *Run the scan*.',
        pane: 'github',
        target: () => '[data-do="scan"]',
        isDone: ({ scene }) => scansDone(scene) > 0,
        help: () => act({ act: 'scan' }),
      },
      {
        say: 'Open the issue about *bob*: the runbook goes by last use, the rule by age. The issue says so before anybody asks.',
        pane: 'github',
        target: ({ scene }) => `[data-issue="${issueOf(scene, 'bob')?.number}"]`,
        isDone: ({ scene, issue }) => issue !== undefined && issue === issueOf(scene, 'bob')?.number,
        help: async ({ scene }) => set({ issue: issueOf(scene, 'bob')?.number }),
      },
    ],
  },
  {
    title: 'Request the runbook for a key that was never used',
    why: 'Nothing happens yet. The card shows what the runbook would really do, key by key, read live from AWS.',
    tasks: [
      {
        say: `As *alice*, send \`${requestAlice}\`. It stands in the box already.`,
        pane: 'slack',
        draft: requestAlice,
        target: (state) => boxAs(state, 'alice'),
        isDone: ({ scene }) => isRecorded(card(scene, 'Runbook', 'alice')),
        help: () => say('alice', requestAlice),
      },
    ],
  },
  {
    title: 'Approve it as somebody else',
    why: 'It takes two to turn the key: alice asked, so alice may not approve. (Try it.) The dialog comes from the signed trail, not from the card.',
    tasks: [
      {
        say: 'Become *sam*, press *Approve…*, read, and approve.',
        pane: 'slack',
        target: (state) => approvalOf(state, card(state.scene, 'Runbook', 'alice'), 'sam'),
        isDone: ({ scene }) => {
          const thread = card(scene, 'Runbook', 'alice');
          return thread !== undefined && !canBeApproved(thread);
        },
        help: () => approve('sam', 'Runbook', 'alice'),
      },
      {
        say: 'Watch: the runbook runs in AWS, the bot reads the key back, reports in the thread, and closes the issue.',
        pane: 'aws',
        target: () => '[data-user="alice"]',
        isDone: ({ scene }) =>
          issueOf(scene, 'alice')?.state === 'closed' &&
          keysOf(scene, 'alice').every(({ status }) => status === 'Inactive'),
      },
    ],
  },
  {
    title: 'The same runbook, for a key that was used today',
    why: 'It will say Success, and the key will stay Active: the runbook goes by last use. Keyturn says so before the approval, and again after it.',
    tasks: [
      {
        say: `As *alice*, send \`${requestBob}\`.`,
        pane: 'slack',
        draft: requestBob,
        target: (state) => boxAs(state, 'alice'),
        isDone: ({ scene }) => isRecorded(card(scene, 'Runbook', 'bob')),
        help: () => say('alice', requestBob),
      },
      {
        say: 'Become *kim*, press *Approve…* and approve.',
        pane: 'slack',
        target: (state) => approvalOf(state, card(state.scene, 'Runbook', 'bob'), 'kim'),
        isDone: ({ scene }) => {
          const thread = card(scene, 'Runbook', 'bob');
          return thread !== undefined && !canBeApproved(thread);
        },
        help: () => approve('kim', 'Runbook', 'bob'),
      },
      {
        say: 'Watch: AWS says *Success*, the key of bob is still *Active*, and Keyturn reports that the finding remains.',
        pane: 'slack',
        target: () => '[data-user="bob"]',
        isDone: ({ scene }) => wordsOf(card(scene, 'Runbook', 'bob')).includes('keyturn_request_strict'),
      },
    ],
  },
  {
    title: 'Strict, with two approvals',
    why: 'Strict deactivates every Active key over age, used or not, and nothing else. The policy file asks for two approvals here.',
    tasks: [
      {
        say: 'As *alice*, press *Request strict for what stays Active* under the outcome.',
        pane: 'slack',
        target: ({ scene, me }) =>
          me === 'alice'
            ? `[data-ts="${card(scene, 'Runbook', 'bob')?.ts}"] [data-action="keyturn_request_strict"]`
            : '[data-person="alice"]',
        isDone: ({ scene }) => isRecorded(card(scene, 'Strict', 'bob')),
        help: ({ scene }) => press('alice', card(scene, 'Runbook', 'bob'), 'keyturn_request_strict'),
      },
      {
        say: 'Become *sam* and approve: one of two.',
        pane: 'slack',
        target: (state) => approvalOf(state, card(state.scene, 'Strict', 'bob'), 'sam'),
        isDone: ({ scene }) => wordsOf(card(scene, 'Strict', 'bob')).includes(' of 2 approvals, by'),
        help: () => approve('sam', 'Strict', 'bob'),
      },
      {
        say: 'Become *kim* and approve: it starts at once. Close what still stands before you first.',
        pane: 'slack',
        target: (state) =>
          viewOf(state.scene, state.me) && !viewOf(state.scene, state.me)?.submit
            ? 'dialog .modal-foot'
            : approvalOf(state, card(state.scene, 'Strict', 'bob'), 'kim'),
        isDone: ({ scene }) => keysOf(scene, 'bob').every(({ status }) => status === 'Inactive'),
        help: () => approve('kim', 'Strict', 'bob'),
      },
      {
        say: 'Watch: the key is Inactive, the issue is closed, and its trail of sealed comments is verified.',
        pane: 'github',
        target: () => '.trail',
        isDone: ({ scene }) => issueOf(scene, 'bob')?.state === 'closed',
      },
    ],
  },
];
