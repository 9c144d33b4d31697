/**
 * What the account can have assessed: positions (POP's word for an assessment type), the questions of the
 * questionnaire and the traits they measure. Statements and texts are our own; the vocabulary (enterprising,
 * achievement, independence, people, investigative) is the one SMG publishes.
 */

/** One assessment type of the vendor's catalogue; `position_id` is the number in the Lever tag `POP-<id>-<Name>`. */
export interface Position {
  position_id: string;
  aname: string;
}

export interface Trait {
  name: string;
  caption: string;
  /** What the two ends of the scale mean. */
  low: string;
  high: string;
  /** Candidate feedback: what somebody high (or low) in this trait should look for or avoid in a job. */
  seekHigh: string;
  avoidHigh: string;
  seekLow: string;
  avoidLow: string;
  /** Manager's report: a question for the interview. */
  ask: string;
}

export interface Question {
  q: string;
  statement: string;
  explanation: string;
  kind: 'choice' | 'text';
  /** Trait measured, and whether agreeing raises (1) or lowers (-1) it; free text measures none. */
  trait?: string;
  direction?: 1 | -1;
}

/** 10002063 is the id of SMG's own public example; the other five are made up next to it. */
export const defaultPositions: readonly Position[] = [
  { position_id: '10002063', aname: 'EPOP Leadership' },
  { position_id: '10002064', aname: 'EPOP Management' },
  { position_id: '10002065', aname: 'EPOP Professional' },
  { position_id: '10002066', aname: 'EPOP Sales' },
  { position_id: '10002067', aname: 'EPOP Salesmanagement' },
  { position_id: '10002068', aname: 'EPOP Service' },
];

export const reportName = 'EPOP';

/** The five answers of every choice question, as `a` (1…5) and `v` of the vendor's answer list. */
export const choices = [
  'Not at all like me',
  'Not much like me',
  'Somewhat like me',
  'Mostly like me',
  'Definitely like me',
] as const;

export const traits: readonly Trait[] = [
  {
    name: 'Enterprising (ENT)',
    caption: 'Enterprising Orientation',
    low: 'supports and follows',
    high: 'starts and persuades',
    seekHigh: 'Room to start things and to win others for them.',
    avoidHigh: 'Roles in which every step waits for an approval.',
    seekLow: 'Roles in which somebody else opens the doors and you keep them open.',
    avoidLow: 'Daily cold contacts and open-ended targets.',
    ask: 'Tell me about something you began without being asked.',
  },
  {
    name: 'Achievement (ACH)',
    caption: 'Achievement Orientation',
    low: 'steady pace',
    high: 'sense of urgency',
    seekHigh: 'Clear goals, quick feedback and a reward for reaching them.',
    avoidHigh: 'Long stretches of routine without a visible result.',
    seekLow: 'A steady rhythm and time to do things well.',
    avoidLow: 'Constant deadlines and pay that hangs on them.',
    ask: 'Which goal did you miss last, and what did you do next?',
  },
  {
    name: 'Independence (IND)',
    caption: 'Independence',
    low: 'likes structure',
    high: 'likes freedom',
    seekHigh: 'A manager who agrees on the result and leaves you the way.',
    avoidHigh: 'Close supervision and fixed scripts.',
    seekLow: 'Clear rules and a manager who is at hand.',
    avoidLow: 'Working alone for weeks with vague instructions.',
    ask: 'How much guidance do you want in your first month?',
  },
  {
    name: 'People (PO)',
    caption: 'People Orientation',
    low: 'works with facts',
    high: 'works with people',
    seekHigh: 'Work with customers and a team around you.',
    avoidHigh: 'Days in front of data with nobody to talk to.',
    seekLow: 'Time to concentrate and matters rather than moods.',
    avoidLow: 'Being on show for the whole day.',
    ask: 'Describe a customer you could not please.',
  },
  {
    name: 'Investigative (INV)',
    caption: 'Investigative Orientation',
    low: 'learns by doing',
    high: 'learns by studying',
    seekHigh: 'Problems that need analysis, and time to learn.',
    avoidHigh: 'Decisions that have to be made on a hunch.',
    seekLow: 'Training on the job and things to try out.',
    avoidLow: 'Long manuals and theoretical training.',
    ask: 'What did you teach yourself last, and how?',
  },
];

const statement = (
  q: number,
  trait: string,
  direction: 1 | -1,
  text: string,
  explanation: string,
): Question => ({
  q: String(q),
  statement: text,
  explanation,
  kind: 'choice',
  trait,
  direction,
});

export const questions: readonly Question[] = [
  statement(1, 'Enterprising (ENT)', 1, 'self-starting', 'beginning things without being asked'),
  statement(
    2,
    'Enterprising (ENT)',
    -1,
    'waiting for others',
    'preferring that somebody else makes the first move',
  ),
  statement(
    3,
    'Achievement (ACH)',
    1,
    'goal driven',
    'setting a target and thinking about it until it is reached',
  ),
  statement(4, 'Achievement (ACH)', -1, 'easy-going', 'content to let things take the time they take'),
  statement(5, 'Independence (IND)', 1, 'self-reliant', 'finding an own way instead of asking for one'),
  statement(6, 'Independence (IND)', -1, 'liking clear rules', 'working best when the steps are laid out'),
  statement(7, 'People (PO)', 1, 'sociable', 'gaining energy from being with people'),
  statement(8, 'People (PO)', -1, 'reserved', 'preferring to keep to oneself'),
  statement(9, 'Investigative (INV)', 1, 'curious', 'wanting to know how and why things work'),
  statement(10, 'Investigative (INV)', -1, 'practical', 'trying things out instead of reading about them'),
  {
    q: '11',
    statement: 'your next role',
    explanation: 'In a sentence or two: what do you want from your next role?',
    kind: 'text',
  },
];

/** A category of the report (POP's "super trait"): the mean of some traits, seen as one potential. */
export interface SuperTrait {
  name: string;
  caption: string;
  of: readonly string[];
  meaning: string;
}

export const superTraits: readonly SuperTrait[] = [
  {
    name: 'EP',
    caption: 'Enterprising Potential (EP)',
    of: ['Enterprising (ENT)', 'Independence (IND)'],
    meaning: 'How active the candidate is likely to be without being pushed.',
  },
  {
    name: 'AP',
    caption: 'Achievement Potential (AP)',
    of: ['Achievement (ACH)'],
    meaning: 'What motivates the candidate, and with how much urgency.',
  },
  {
    name: 'AO',
    caption: 'Analytical Orientation (AO)',
    of: ['Investigative (INV)'],
    meaning: 'How the candidate learns and solves problems.',
  },
  {
    name: 'PO',
    caption: 'People Orientation (PO)',
    of: ['People (PO)'],
    meaning: 'How the candidate deals with customers and colleagues.',
  },
];

/** Weight of each trait in the main score of a position, found by a word in its name; equal weights otherwise. */
export const positionWeights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Leadership: { 'Enterprising (ENT)': 3, 'Independence (IND)': 2, 'People (PO)': 2 },
  Management: { 'Achievement (ACH)': 2, 'People (PO)': 3, 'Investigative (INV)': 2 },
  Professional: { 'Investigative (INV)': 4, 'Independence (IND)': 2 },
  Sales: { 'Enterprising (ENT)': 3, 'Achievement (ACH)': 4 },
  Salesmanagement: { 'Enterprising (ENT)': 2, 'Achievement (ACH)': 3, 'People (PO)': 2 },
  Service: { 'People (PO)': 4 },
};

/** What a candidate without an answer of their own is given: mildly favourable on every trait. */
export const favourableAnswers: readonly { q: string; a: number | string }[] = questions.map((question) => ({
  q: question.q,
  a: question.kind === 'text' ? 'A role in which I can grow.' : question.direction === 1 ? 4 : 2,
}));
