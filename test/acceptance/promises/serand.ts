import type { Catalogue } from './catalogue';

export const serand = {
  'SE-1': { class: 'P', says: 'Only Super Admins can enable; the other listed roles can use.' },
  'SE-2': {
    class: 'P',
    says: 'Enabling needs "manage API credentials and integrations"; using needs profile/posting view; LeverTRM or Enterprise plan.',
  },
  'SE-3': { class: 'H', says: 'Candidates are invited to Serand assessments without leaving Lever.' },
  'SE-4': { class: 'P', says: 'Installing needs admin rights and an active account at Serand.' },
  'SE-5': {
    class: 'S',
    says: 'A connection starts by a request to Serand, who answers with an authorisation link.',
  },
  'SE-6': { class: 'P', says: 'The link leads to a Lever login that needs a Super Admin.' },
  'SE-7': {
    class: 'S',
    says: 'The consent lists permissions; Accept grants Serand access, anything else does not.',
  },
  'SE-8': {
    class: 'S',
    says: 'Trigger Stage is selectable among the Lever stages (e.g. Phone Screen, Assessment).',
  },
  'SE-9': { class: 'S', says: 'Results Stage is selectable among the Lever stages.' },
  'SE-10': { class: 'H', says: 'Linking assessments to postings is optional.' },
  'SE-11': { class: 'H', says: 'A linked posting sends exactly its own assessment.' },
  'SE-12': {
    class: 'H',
    says: 'Without a link the default assessment is sent, or a visible "no assessment" error results (inferred).',
  },
  'SE-13': {
    class: 'P',
    says: 'On the Assessments page the posting ID can be pasted into ATS ID and saved with the assessment.',
  },
  'SE-14': { class: 'H', says: "The ID in the Lever posting's URL is the one accepted." },
  'SE-15': {
    class: 'H',
    says: 'An assessment takes effect only once its setup requirements are complete and it is saved.',
  },
  'SE-16': {
    class: 'H',
    says: 'The opportunity must be associated with the posting in question; otherwise no wrong assessment goes out.',
  },
  'SE-17': {
    class: 'H',
    says: 'Advancing the candidate to the trigger stage sends the invitation by itself.',
  },
  'SE-18': { class: 'H', says: 'After completion the candidate is moved to the Results Stage.' },
  'SE-19': { class: 'H', says: 'A link to the detailed Serand profile is added to the opportunity.' },
  'SE-20': { class: 'P', says: 'The linked profile shows results, skills, personality and cultural fit.' },
  'SE-21': {
    class: 'H',
    says: 'Asking Serand (e-mail) to remove the connection disables it on the Serand side.',
  },
  'SE-22': { class: 'H', says: 'Revoke access in Lever disables the integration.' },
} as const satisfies Catalogue;
