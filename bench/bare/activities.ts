import { Context } from '@temporalio/activity';
import type { HttpClient } from '../../platform/http/client';
import { SEED } from '../../simulators/lever/seed';
import { defaultAccount } from '../../simulators/smg/server';

/** The requests that the hub makes, made plainly. */
export function createBareActivities(deps: { http: HttpClient; leverUrl: string; smgUrl: string }) {
  const basic = (user: string, password: string): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  const ask = async <T>(url: string, authorization: string, json?: unknown): Promise<T> => {
    const answer = await deps.http.request({
      method: json === undefined ? 'GET' : 'POST',
      url,
      headers: { authorization, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    if (answer.status >= 300) throw new Error(`answered ${answer.status}`);
    return answer.json() as T;
  };
  const lever = <T>(path: string, json?: unknown): Promise<T> =>
    ask<{ data: T }>(`${deps.leverUrl}${path}`, basic(SEED.apiKey, ''), json).then(({ data }) => data);
  const change = async (id: string, what: string, json: unknown): Promise<void> => {
    await lever(`/opportunities/${id}/${what}?perform_as=${SEED.users.service}`, json);
  };
  const smg = <T>(command: string, parameters: object): Promise<T> =>
    ask<T>(deps.smgUrl, basic(defaultAccount.user, defaultAccount.password), {
      command,
      partner_api: true,
      ...parameters,
    });

  return {
    async readOpportunity(id: string): Promise<{ name: string; email: string; postingId: string }> {
      const { name, emails, applications } = await lever<{
        name: string;
        emails: [string];
        applications: [{ posting: string }];
      }>(`/opportunities/${id}?expand=applications`);
      return { name, email: emails[0], postingId: applications[0].posting };
    },

    async readPosting(id: string): Promise<{ tags: string[] }> {
      const { tags } = await lever<{ tags: string[] }>(`/postings/${id}`);
      return { tags };
    },

    async invite(input: {
      opportunityId: string;
      postingId: string;
      name: string;
      email: string;
      tags: string[];
      callbackUrl: string;
    }): Promise<{ applicationId: string; url: string }> {
      const { workflowExecution } = Context.current().info;
      const answer = await smg<{ application_id: string; app_link_full: string }>('application_create', {
        position_id: input.tags.map((tag) => /^POP-(\d+)-/.exec(tag)?.[1]).find((id) => id !== undefined),
        language_id: 'eng',
        app_email: input.email,
        app_url: `${input.callbackUrl}/${encodeURIComponent(workflowExecution?.workflowId ?? '')}/[___APP_ID___]`,
        fail_on_dup: true,
        fields: [
          { n: 'lever_opportunity_id', v: input.opportunityId },
          { n: 'lever_posting_id', v: input.postingId },
          { n: 'email', v: input.email },
          { n: 'app_full_name', v: input.name },
        ],
      });
      return { applicationId: answer.application_id, url: answer.app_link_full };
    },

    /** Two requests in one activity, as the hub's. */
    async readResult(applicationId: string): Promise<{ url: string }> {
      await smg('application_get', { application_id: applicationId });
      const { rep_link_full: url } = await smg<{ rep_link_full: string }>('score_calc_get', {
        application_id: applicationId,
        language_id: 'eng',
      });
      return { url };
    },

    addTags: (id: string, tags: string[]) => change(id, 'addTags', { tags }),
    removeTags: (id: string, tags: string[]) => change(id, 'removeTags', { tags }),
    addLinks: (id: string, links: string[]) => change(id, 'addLinks', { links }),
  };
}

export type BareActivities = ReturnType<typeof createBareActivities>;
