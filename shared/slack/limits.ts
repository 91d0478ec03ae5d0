/**
 * Every bound on what is shown in Slack, in one place. Characters are UTF-16 code units, blocks are counted per surface.
 *
 * Source: Slack API, Block Kit reference (blocks, block elements, composition objects) and chat.postMessage. Slack
 * refuses a whole message when one of these is passed.
 */
export const limits = {
  blocksInMessage: 50,
  blocksInModal: 100,
  /** All text of a message together; undocumented, found by people who were refused (`msg_blocks_too_long`). */
  charactersInMessage: 13_200,
  sectionText: 3_000,
  contextText: 2_000,
  /** Slack allows 2,000; two of these and the rest of a finding have to fit into one message. */
  columnText: 1_500,
  fallbackText: 4_000,
  buttonText: 75,
  buttonValue: 2_000,
  modalTitle: 24,
  privateMetadata: 3_000,
  optionText: 75,

  /** Ours: what is shown of one value of AWS, and of one text of a person. `&` takes five characters in Slack. */
  value: 256,
  prose: 500,
  /** Of a user: IAM allows names of 64 characters. */
  name: 64,
  /** What becomes of keys, and what became of them, in one message. */
  effects: 5_500,
  /** All users of a bulk request, each on a line, in a modal: none of them may be left out. */
  bulkUsers: 30_000,
  /** Of a link; GitHub's and AWS's are shorter. */
  url: 300,
  /** People that are named in one list. */
  people: 10,
  /** Findings on one page of a list, and in one digest. */
  findingsOnPage: 10,
  requestsInList: 15,
  bulksInList: 5,
  accountsInChoice: 25,
  /** Output of an automation that is shown in the thread itself; longer output is attached as a file. */
  inlineOutput: 500,
} as const;
