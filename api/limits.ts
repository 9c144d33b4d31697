/** What one address may ask in a minute. */
export interface Limits {
  /** Of each part of the hub: the API with the operator's token, the codec, the pages, the API's description. */
  requestsPerMinute: number;
  /** Where the operator's token is due, without it. */
  failedProofsPerMinute: number;
}

/** Nobody mistypes a token that often, and a program that has lost its own is told so all the same. */
export const defaultLimits: Limits = { requestsPerMinute: 3_000, failedProofsPerMinute: 60 };
