import { z } from 'zod';
import type { PartnerAccess } from '../kit/partner';
import { askPartner, PartnerError } from '../kit/partner';

/** Jobma also reads the customer's Lever account by itself, for the list of postings. */
export interface JobmaPartnerAccess extends PartnerAccess {
  lever: { apiUrl: string; apiKey: string };
}

/** What Jobma itself gives a new connection. */
export interface OwnPart {
  credentials: Record<string, string>;
  settings: Record<string, unknown>;
}

const connectionAnswer = z.looseObject({
  id: z.string(),
  customer: z.string(),
  status: z.string(),
  settings: z.looseObject({
    mapping: z.record(z.string(), z.string()).default({}),
    defaultAssessment: z.string().optional(),
  }),
});
export type LeverConnection = z.output<typeof connectionAnswer>;

const connectionsAnswer = z.looseObject({ data: z.array(connectionAnswer) });
const linkAnswer = z.looseObject({ url: z.url() });
const postingsAnswer = z.looseObject({ data: z.array(z.looseObject({ id: z.string(), text: z.string() })) });

/** The requests behind Jobma's integration pages. All throw {@link PartnerError}. */
export class Partner {
  constructor(private readonly access: JobmaPartnerAccess) {}

  /** Address of the page where a customer begins to authorise. */
  async authorisation(own: OwnPart): Promise<string> {
    const body = { vendor: 'jobma', customer: this.access.customer, ...own };
    return (await askPartner(this.access, 'POST', '/connect-links', linkAnswer, body)).url;
  }

  /** The customer's connection; null while there is none. */
  async connection(): Promise<LeverConnection | null> {
    const { data } = await askPartner(
      this.access,
      'GET',
      '/connections?vendor=jobma&limit=200',
      connectionsAnswer,
    );
    const mine = data.filter(({ customer }) => customer === this.access.customer);
    return mine.find(({ status }) => status !== 'disabled') ?? null;
  }

  async change({ id }: LeverConnection, settings: Record<string, unknown>): Promise<void> {
    await askPartner(this.access, 'PATCH', `/connections/${id}`, connectionAnswer, { settings });
  }

  async postings(): Promise<{ id: string; text: string }[]> {
    const { apiUrl, apiKey } = this.access.lever;
    const authorization = `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`;
    const answer = await fetch(`${apiUrl}/postings?limit=100`, { headers: { authorization } });
    if (!answer.ok) throw new PartnerError('GET /postings at Lever', [await answer.text()]);
    return postingsAnswer.parse(await answer.json()).data;
  }
}
