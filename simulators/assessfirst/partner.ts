import { z } from 'zod';
import type { PartnerAccess } from '../kit/partner';
import { askPartner } from '../kit/partner';

const linkAnswer = z.looseObject({ id: z.string(), url: z.url() });
const linksAnswer = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), connectionId: z.string().nullable() })),
});
const connectionAnswer = z.looseObject({
  status: z.string(),
  statusReason: z.string().nullable(),
});
export type LeverConnection = z.output<typeof connectionAnswer>;

/** The requests behind AssessFirst's page of the Lever integration. All throw {@link PartnerFault}. */
export class Partner {
  constructor(private readonly access: PartnerAccess) {}

  /** A page where this customer logs in to Lever. The customer's two fields follow after that. */
  begin(credentials: Record<string, string>): Promise<z.output<typeof linkAnswer>> {
    const { customer } = this.access;
    return askPartner(this.access, 'POST', '/connect-links', linkAnswer, {
      vendor: 'assessfirst',
      customer,
      credentials,
    });
  }

  /** The connection that came of it; null until somebody has accepted at Lever. */
  async connectionOf(linkId: string): Promise<string | null> {
    const { data } = await askPartner(this.access, 'GET', '/connect-links?limit=200', linksAnswer);
    return data.find(({ id }) => id === linkId)?.connectionId ?? null;
  }

  look = (connectionId: string): Promise<LeverConnection> =>
    askPartner(this.access, 'GET', `/connections/${connectionId}`, connectionAnswer);

  finish(connectionId: string, fields: { email: string; stageId: string }): Promise<LeverConnection> {
    const settings = {
      ...(fields.email !== '' && { serviceUserEmail: fields.email }),
      ...(fields.stageId !== '' && { triggerStages: [fields.stageId] }),
    };
    return askPartner(this.access, 'PATCH', `/connections/${connectionId}`, connectionAnswer, { settings });
  }
}
