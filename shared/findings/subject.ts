/** Whom a finding and its issue are about. The unique id, unlike a name, is never given to another user. */
export interface Subject {
  /** 12 digits. */
  readonly accountId: string;
  /** `AIDA…` */
  readonly userId: string;
}
