import type { GroupMembers } from '../../../shared/policy/approvals.ts';
import type { BulkBoard, BulkDraft, BulkView } from '../../../shared/remediation/bulk-ports.ts';
import type { Card, Conversation, Directory, Draft, Notice } from '../../../shared/remediation/ports.ts';
import type { RequestState } from '../../../shared/trail/state.ts';

interface FakeCard {
  readonly draft: Draft | BulkDraft;
  shown: string[];
  readonly notices: Notice[];
  /** Of a bulk request, as the card showed it. */
  readonly views: BulkView[];
}

/** One channel, and who is who. */
export class FakeSlack implements Conversation, Directory {
  readonly cards = new Map<string, FakeCard>();
  readonly groups = new Map<string, ReadonlySet<string>>([['S0SECURITY', new Set(['U1', 'U2', 'U3'])]]);
  readonly guests = new Set(['UGUEST']);

  get(ts: string): FakeCard {
    const card = this.cards.get(ts);
    if (!card) throw new Error(`no card ${ts}`);
    return card;
  }

  post(draft: Draft): Promise<Card> {
    return this.#post(draft);
  }

  async #post(draft: Draft | BulkDraft): Promise<Card> {
    const ts = `${1_000 + this.cards.size}.000100`;
    this.cards.set(ts, { draft, shown: [], notices: [], views: [] });
    return { channel: 'C0123456789', ts };
  }

  async show({ ts }: Card, request: RequestState | 'withdrawn'): Promise<void> {
    this.get(ts).shown.push(request === 'withdrawn' ? request : request.status);
  }

  readonly board: BulkBoard = {
    post: (draft) => this.#post(draft),
    show: async ({ ts }, view) => {
      const card = this.get(ts);
      card.shown.push(view === 'withdrawn' ? view : view.bulk.status);
      if (view !== 'withdrawn') card.views.push(view);
    },
  };

  async readNotices({ ts }: Card): Promise<ReadonlySet<string>> {
    return new Set(this.get(ts).notices.map(({ key }) => key));
  }

  async notify({ ts }: Card, notice: Notice): Promise<void> {
    this.get(ts).notices.push(notice);
  }

  async readMembers(groupIds: readonly string[]): Promise<GroupMembers> {
    return new Map([...this.groups].filter(([id]) => groupIds.includes(id)));
  }

  async isFullMember(userId: string): Promise<boolean> {
    return !this.guests.has(userId);
  }
}
