/** The people of the customer who speak with Serand. */
export const contacts = [
  { id: 'admin', name: 'Alex Admin', email: 'alex.admin@customer.example.com', isAdmin: true },
  { id: 'member', name: 'Toni Team', email: 'toni.team@customer.example.com', isAdmin: false },
] as const;
export type Contact = (typeof contacts)[number];

/** Something that a customer has asked Serand for by e-mail. */
export interface CareRequest {
  id: string;
  wish: 'connect' | 'remove';
  from: Contact;
  /** What Serand did about it; null while nobody has. */
  answer: string | null;
}

/** Where Serand's customers ask for an integration with Lever, and for its end. Serand's staff does the rest. */
export class CustomerCare {
  readonly requests: CareRequest[] = [];
  /** Whether the customer's account at Serand is in use. */
  accountActive = true;
  /** Serand has removed the connection: the key is worthless, and nobody is called back any more. */
  removed = false;

  ask(wish: CareRequest['wish'], from: Contact): CareRequest {
    const request = { id: `req_${this.requests.length + 1}`, wish, from, answer: null };
    this.requests.push(request);
    return request;
  }

  find(id: string): CareRequest | undefined {
    return this.requests.find((request) => request.id === id);
  }

  clear(): void {
    this.requests.length = 0;
    this.accountActive = true;
    this.removed = false;
  }
}
