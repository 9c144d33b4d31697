import type { Catalogue } from './catalogue';

export const upwage = {
  'UP-1': { class: 'P', says: 'Only Super Admins can enable; the other listed roles can use.' },
  'UP-2': {
    class: 'P',
    says: 'Enabling needs "manage API credentials and integrations"; using needs profile/posting view; LeverTRM or Enterprise plan.',
  },
  'UP-3': { class: 'H', says: 'Applicants for any job can be screened at once.' },
  'UP-4': {
    class: 'H',
    says: 'Screener transcripts are uploaded to the opportunity immediately after the screen.',
  },
  'UP-5': { class: 'P', says: 'The installing person must be an admin in Upwage.' },
  'UP-6': {
    class: 'S',
    says: 'The connection to Lever runs through Merge.',
    needsConsole: 'the magic-link pages, which name Merge as the way to Lever',
  },
  'UP-7': {
    class: 'S',
    says: 'Upwage staff can issue a Magic Link for a customer.',
    needsConsole: 'the page on which staff issue a magic link for a customer',
  },
  'UP-8': {
    class: 'S',
    says: 'Clicking the Magic Link asks to choose the ATS; Lever is on the first page.',
    needsConsole: "the magic link's first page: choose the ATS",
  },
  'UP-9': {
    class: 'S',
    says: 'Next screen offers "Use my Lever credentials (recommended)" and Next.',
    needsConsole: "the magic link's page with the choice of credentials",
  },
  'UP-10': {
    class: 'S',
    says: 'The requested permissions are listed; Continue goes on.',
    needsConsole: "the magic link's page with the permissions",
  },
  'UP-11': {
    class: 'S',
    says: '"Lever Production Account" can be selected and submitted.',
    needsConsole: "the magic link's page with the choice of the Lever account",
  },
  'UP-12': {
    class: 'S',
    says: '"Open window" starts the Lever login; admin credentials are needed.',
    needsConsole: "the magic link's page with Open window",
  },
  'UP-13': {
    class: 'S',
    says: 'The Lever consent lists permissions; Accept authorises and the integration is reported as authorised.',
    needsConsole: "the magic link's last page, which reports the integration as authorised",
  },
  'UP-14': { class: 'P', says: 'Creating a SuperScreener asks for the Lever Job ID.' },
  'UP-15': {
    class: 'H',
    says: 'The Job ID is taken from the end of the hosted posting URL (URL or bare ID accepted).',
  },
  'UP-16': { class: 'H', says: 'The posting is tied to each screener deployed for it.' },
  'UP-17': { class: 'H', says: 'Results flow into every candidate opportunity connected to that posting.' },
  'UP-18': {
    class: 'H',
    says: 'A screened person not yet in Lever gets a new candidate opportunity, tied to that screener.',
  },
  'UP-19': { class: 'H', says: "The SuperScreener PDF is delivered into the candidate's application." },
  'UP-20': { class: 'H', says: 'Screened candidates are tagged "UW Screened: PASSED…".' },
  'UP-21': { class: 'H', says: 'Tags are customisable per company.' },
  'UP-22': {
    class: 'H',
    says: 'Candidates are moved to other stages and opportunities, and only after the results were added.',
  },
  'UP-23': {
    class: 'H',
    says: 'Target stage and opportunity are customisable per customer and per posting.',
  },
  'UP-24': {
    class: 'P',
    says: 'The PDF is attached to the profile, listed under the File icon and previewable in Lever.',
  },
  'UP-25': { class: 'H', says: 'The conversation of every screened candidate can be reviewed that way.' },
  'UP-26': {
    class: 'S',
    says: 'Stage, opportunity and tag rules can be changed on request (by Upwage staff), without re-linking.',
  },
  'UP-27': { class: 'H', says: 'Revoke access in Lever disables the integration.' },
} as const satisfies Catalogue;
