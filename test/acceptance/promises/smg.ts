import type { Catalogue } from './catalogue';

/**
 * A line that Lever or SMG keeps for the greater part is a P, even where the hub has a part in it: of SMG-1 that it asks
 * nobody's role, of SMG-25 that it leaves the link where it is.
 */
export const smg = {
  'SMG-1': {
    class: 'P',
    says: 'All Lever roles may use the integration; configuring is refused for anyone but a Super Admin.',
  },
  'SMG-2': {
    class: 'S',
    says: 'Setup needs an account reference code handed out by SMG; without a valid one it stops with a clear message.',
  },
  'SMG-3': {
    class: 'S',
    says: 'A hosted SMG "enable" page exists that takes the reference code and then leads into the Lever OAuth login.',
  },
  'SMG-4': {
    class: 'S',
    says: 'The consent screen lists the requested permissions; only Accept connects, Deny leaves nothing behind.',
  },
  'SMG-5': {
    class: 'S',
    says: 'After Accept the page says the connection between the company and SMG is active, and it is.',
  },
  'SMG-6': {
    class: 'H',
    says: 'Connecting adds a Candidate Stage Change webhook configuration to the Lever account.',
  },
  'SMG-7': {
    class: 'H',
    says: 'That webhook starts disabled; nothing is triggered until a user toggles it on under Settings > Integrations and API > Webhooks.',
  },
  'SMG-8': {
    class: 'P',
    says: 'An ordinary posting (name, location, team, distribution, hiring manager) needs no SMG-specific field to be created.',
  },
  'SMG-9': {
    class: 'H',
    says: 'All six example tags (Leadership, Management, Professional, Sales, Salesmanagement, Service) resolve to their position ids.',
  },
  'SMG-10': {
    class: 'H',
    says: 'With POP-INVITE-CANDIDATE on the posting, moving an opportunity of it to Assessment e-mails an invitation to the candidate.',
  },
  'SMG-11': { class: 'H', says: 'Without POP-INVITE-CANDIDATE no e-mail goes out (inferred from SMG-10).' },
  'SMG-12': {
    class: 'H',
    says: 'Tags work only with hyphens; a tag with other separators does nothing (and the failure is visible).',
  },
  'SMG-13': {
    class: 'H',
    says: 'A posting saved with the tags (DONE) is active at once, no further sync step.',
  },
  'SMG-14': {
    class: 'H',
    says: 'A manually added candidate (name, e-mail, job) works the same as an applicant.',
  },
  'SMG-15': { class: 'H', says: 'Only the move to the Assessment stage triggers; other stages do not.' },
  'SMG-16': {
    class: 'H',
    says: 'On entering Assessment the POP tags appear on the opportunity by themselves.',
  },
  'SMG-17': { class: 'H', says: 'The POP Engine is told through the API, without any manual step.' },
  'SMG-18': { class: 'H', says: 'The assessment created is the one whose id stands in the tag.' },
  'SMG-19': { class: 'H', says: "The assessment link appears in the opportunity's links list." },
  'SMG-20': { class: 'H', says: "The assessment is sent to the candidate's e-mail address." },
  'SMG-21': { class: 'P', says: 'The link in the invitation opens the questionnaire.' },
  'SMG-22': { class: 'P', says: 'Submit leads to a Thank You page.' },
  'SMG-23': {
    class: 'H',
    says: 'On completion the tag changes from POP-IN-Progress to POP-Completed by itself, never both.',
  },
  'SMG-24': { class: 'H', says: 'After completion the opportunity carries a link to the report.' },
  'SMG-25': { class: 'P', says: 'The assessment link stays listed but is invalid once completed.' },
  'SMG-26': { class: 'H', says: 'The status of the assessment is visible on the opportunity at any time.' },
  'SMG-27': { class: 'P', says: 'Report contents can be customised per client.' },
  'SMG-28': { class: 'P', says: 'The report explains performance per category.' },
  'SMG-29': { class: 'P', says: 'The report lists key character traits across the full spectrum.' },
  'SMG-30': {
    class: 'P',
    says: "The report holds the Manager's report and the Candidate feedback; the latter can be shared with the candidate.",
  },
  'SMG-31': { class: 'P', says: 'The candidate report covers what to seek and avoid in jobs.' },
  'SMG-32': {
    class: 'P',
    says: 'With several roles each assessed, the recruiter can switch role in a dropdown and rerun the report.',
  },
  'SMG-33': {
    class: 'H',
    says: 'Revoke Access under Authorized Apps disables the integration: no new invitations, no writes, no endless retries.',
  },
} as const satisfies Catalogue;
