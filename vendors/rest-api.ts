import type { z } from 'zod';
import type { VendorCall } from './define';
import type { RestAnswer, RestRequest, RestVendor } from './rest';
import { plainWords, readRest, refusal, rest, restError } from './rest';

type AnyCall<Credentials> = Pick<VendorCall<Credentials, unknown>, 'http' | 'baseUrl' | 'credentials'>;

export interface RestApiOptions<Credentials> extends RestVendor {
  /** What proves who asks, e.g. `authorization`. */
  headers: (credentials: Credentials) => Record<string, string>;
  /** The vendor's own words in the body of a refusal; what could name a person is taken out of them. */
  words: (body: unknown) => string | null | undefined;
}

/** A vendor's API that is JSON over REST (`rest.ts`), with its way to prove who asks and to say no. */
export const restApi = <Credentials>({ headers, words, ...vendor }: RestApiOptions<Credentials>) => {
  /** @throws FulcrumError `vendor.*` unless the answer is about the request itself: 2xx, or a 4xx of the vendor's own */
  const send = (call: AnyCall<Credentials>, given: RestRequest): Promise<RestAnswer> =>
    rest(vendor, call, { ...given, headers: { ...headers(call.credentials), ...given.headers } });

  /** @throws FulcrumError `vendor.rejected` with the vendor's words, `vendor.not_found`, `vendor.unclear` … */
  const read = <T extends z.ZodType>(given: RestRequest, answer: RestAnswer, schema: T): z.output<T> => {
    if (answer.status < 400) return readRest(vendor, given, answer, schema);
    throw refusal(vendor, given, answer, plainWords(words(answer.body)));
  };

  /**
   * Reads the answer to an invitation. Who accepts the request has invited, whatever else the answer says: to send it again
   * because of a missing member could invite twice. A page instead of an answer, e.g. of a wrong address, accepts nothing.
   * @param schema of which nothing is demanded
   */
  const accepted = <T extends z.ZodType>(given: RestRequest, answer: RestAnswer, schema: T): z.output<T> => {
    if (answer.status >= 400) return read(given, answer, schema);
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    if (typeof answer.body === 'object' || answer.status !== 200) return schema.parse({});
    const why = `its answer cannot be read. See at ${vendor.label} whether the candidate was invited`;
    throw restError(vendor, given, 'vendor.rejected', why, {
      detail: { status: answer.status, mayBeOut: true },
    });
  };

  return {
    send,
    read,
    accepted,
    /** Both in one. Where nothing in the answer matters, or it has no body, the schema is `z.unknown()`. */
    ask: async <T extends z.ZodType>(
      call: AnyCall<Credentials>,
      given: RestRequest,
      schema: T,
    ): Promise<z.output<T>> => read(given, await send(call, given), schema),
    /** A fault of the hub's vocabulary that names the vendor and the request. */
    fault: (...[given, code, why, options]: Tail<Parameters<typeof restError>>) =>
      restError(vendor, given, code, why, options),
  };
};

type Tail<Parts extends unknown[]> = Parts extends [unknown, ...infer Rest] ? Rest : never;
