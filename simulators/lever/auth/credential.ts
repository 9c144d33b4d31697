/** Who is calling. `bucket` is what the rate limit counts by: the key, or the app on this account. */
export interface Credential {
  id: string;
  bucket: string;
  scopes: 'all' | readonly string[];
  /** Whether confidential postings and opportunities can be seen. */
  confidential: boolean;
}
