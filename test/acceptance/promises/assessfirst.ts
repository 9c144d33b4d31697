import type { Catalogue } from './catalogue';

export const assessfirst = {
  'AF-1': {
    class: 'P',
    says: 'Only Super Admins can enable; Admin, Team Member and Limited Team Member can use.',
  },
  'AF-2': {
    class: 'P',
    says: 'Enabling needs "manage API credentials and integrations" and "manage pipeline stages"; using needs profile/posting view and posting create/edit.',
  },
  'AF-3': { class: 'H', says: 'Works only on LeverTRM / LeverTRM for Enterprise accounts (plan check).' },
  'AF-4': { class: 'H', says: 'Candidates can be invited to AF tests from within Lever.' },
  'AF-5': { class: 'H', says: 'Progress and results are updated on the Lever opportunity.' },
  'AF-6': { class: 'P', says: 'The installing person must have admin rights in AssessFirst.' },
  'AF-7': {
    class: 'P',
    says: 'AF settings > Integrations > Lever > Activate opens a modal with the Lever login.',
  },
  'AF-8': { class: 'P', says: 'The modal lists the requested permissions; Accept authorises.' },
  'AF-9': { class: 'H', says: 'Exactly two fields are then required: Email address, Assessment ID.' },
  'AF-10': {
    class: 'H',
    says: 'Email address is a Lever service user with Super Admin rights, in whose name opportunities, tags and notes are written.',
  },
  'AF-11': { class: 'H', says: 'An e-mail of an ordinary existing company user is refused or warned about.' },
  'AF-12': { class: 'H', says: 'Assessment ID is a Lever stage ID; an unknown ID is refused.' },
  'AF-13': { class: 'H', says: 'The stage may be a dedicated AssessFirst stage or an existing one.' },
  'AF-14': {
    class: 'P',
    says: 'The stage ID is the one that "Reveal Stage ID" shows under Pipeline and archive reasons.',
  },
  'AF-15': {
    class: 'H',
    says: 'Without the Candidate Stage Change webhook toggled on, nothing is sent; toggling it on activates.',
  },
  'AF-16': { class: 'H', says: "Adding a tag to a posting and saving sets that posting's predictive model." },
  'AF-17': { class: 'H', says: 'A tag with 🦄 is recognised as an AF model; tags without it are not.' },
  'AF-18': { class: 'H', says: '✨ marks a benchmark model.' },
  'AF-19': { class: 'H', says: 'A 🦄 tag without ✨ is a created model.' },
  'AF-20': { class: 'H', says: 'Tag "No predictive model" sends only the questionnaire (no fit score).' },
  'AF-21': { class: 'H', says: 'Moving the opportunity to the configured stage sends the AF invitation.' },
  'AF-22': { class: 'H', says: 'That the invitation was sent is visible on the opportunity.' },
  'AF-23': {
    class: 'H',
    says: 'When the candidate finishes, the AF tag on the opportunity changes to "Completed".',
  },
  'AF-24': { class: 'H', says: 'The notes of the profile then hold the AF scores and reports.' },
  'AF-25': { class: 'H', says: 'Revoke access in Lever disables the integration.' },
} as const satisfies Catalogue;
