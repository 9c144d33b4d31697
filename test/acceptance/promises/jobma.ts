import type { Catalogue } from './catalogue';

export const jobma = {
  'JO-1': {
    class: 'P',
    says: 'Configuring is for Super Admins only (with "manage API credentials and integrations"); the other listed roles can use; LeverTRM or Enterprise plan.',
  },
  'JO-2': { class: 'H', says: 'Interviews are set up and candidates evaluated from the Lever dashboard.' },
  'JO-3': { class: 'P', says: 'Installing needs admin rights in Jobma.' },
  'JO-4': {
    class: 'P',
    says: 'An interview kit can be created under Setup Interview > Interview Kit, filled with questions and saved.',
  },
  'JO-5': {
    class: 'P',
    says: 'Integrations > Integrations lists Lever; selecting it starts the authorisation.',
  },
  'JO-6': { class: 'S', says: 'The consent lists permissions; Accept connects.' },
  'JO-7': { class: 'P', says: "After connecting, Jobma's Lever panel lists the Lever postings." },
  'JO-8': {
    class: 'H',
    says: 'A posting can be selected, given an interview kit, and saved; that kit is used for it.',
  },
  'JO-9': {
    class: 'H',
    says: "A posting without own kit uses the default kit (from the public copy's picture text).",
  },
  'JO-10': {
    class: 'H',
    says: 'The Candidate Stage Change webhook must be on; with it off nothing is sent.',
  },
  'JO-11': { class: 'H', says: 'Works for a newly added and for an existing candidate.' },
  'JO-12': { class: 'H', says: 'A candidate with name, e-mail and job is enough.' },
  'JO-13': {
    class: 'H',
    says: 'Moving the candidate to the Jobma stage sends a Jobma interview invite to the candidate.',
  },
  'JO-14': { class: 'H', says: "After the invite the interview link is on the candidate's profile." },
  'JO-15': { class: 'H', says: 'After the invite the status reads exactly "Jobma Interview Invited".' },
  'JO-16': { class: 'H', says: 'On completion a note with a link for evaluating is on the profile.' },
  'JO-17': { class: 'P', says: 'The link opens the completed interview for evaluation.' },
  'JO-18': { class: 'P', says: 'The same link, copied, works for another team member.' },
  'JO-19': {
    class: 'H',
    says: 'On completion the status changes to exactly "Jobma Interview Completed" (Invited is gone).',
  },
  'JO-20': {
    class: 'P',
    says: "Jobma's Integrations > Interview Listing > Lever shows the Lever interviews.",
  },
  'JO-21': { class: 'H', says: 'Deleting the Lever integration in Jobma disables it.' },
  'JO-22': { class: 'H', says: 'Revoke access in Lever disables it.' },
} as const satisfies Catalogue;
