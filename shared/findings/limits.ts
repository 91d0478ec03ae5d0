/** Every bound of the scan, in one place. */
export const limits = {
  /** GitHub's limit for the title of an issue, in characters. */
  titleCharacters: 256,
  /** What is shown of one untrusted value; AWS's own values are shorter (256 for a tag, 64 for a user name). */
  valueCharacters: 256,
  /** Keys shown in one issue; IAM allows two a user. */
  keysShown: 10,
  /** New issues in one scan, unless the settings say otherwise: GitHub allows 80 creations a minute, 500 an hour. */
  newIssues: 50,
  /** Trails whose comments are read at the same time. */
  trailsAtOnce: 5,
  /** Accounts that are read at the same time, each with clients, and so a back-off, of its own. */
  accountsAtOnce: 10,
} as const;
