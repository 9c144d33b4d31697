/**
 * Words that services write with a capital and that name nobody. Left out are those that are also names of people, such as
 * "Will", "Grant", "Mark" or "Page": a refusal is understood without them.
 */
const listed = `
a e mail about above accept access account action active actually add address admin after again all allow allowed already also
an and another any api app application apply archive are argument array as ask assessment at attach attempt authentication
authorization available bad based be bearer because been before being below between body boolean both browser but by call
callback can cannot category change character check choose city client close closed code comma company complete conflict
confidential configuration connection contact content could country create created credential csv current customer data
database date deadline default delete deny department description detail did disabled do does document domain done download
draft due duplicate during each edit either email empty enabled encoding end endpoint enterprise enum error event every
exceed except exist existing expect expected expire expired external fail failed failure false feature feedback field file
filter first follow for forbid forbidden form format found from full get given group had has have header hire hired
host how html http https id identifier if ignore in inactive incomplete incorrect indeed input insufficient integer integration
internal interview into invalid invitation invite invited is issue it item its job json key keyword kit language last later
latest least length less lever limit link list load local locale location lock locked login lookup maintenance malformed
manager many match max maximum message method min minimum missing model more most move moved must name need new next no
none not note nothing notification now null number oauth object of off offer offset ok on once one only open operation
opportunity option optional or order organization origin other our out over owner package param parameter parse
password patch path pdf pending per perform permission permit phone pipeline plan please pop position possible posting
present previous primary private process processing profile property provide provided public put query question
questionnaire queue rate reached read reason receive recipient record recruiter redirect reference refuse refused region
reject rejected related remove report request require required requisition resource response result resume retry return
revoke revoked role root rule run sandbox schedule schema scope score screener screening search secret see seem select
send server service session set setting should sign signature simulated since size smg some something soon source stage
start started state status still stop storage string subject submit subscription success such support supported suspend
sync syntax system tag target team template temporary test text than that the their them then there these they this those
time timeout timestamp title to today token tomorrow too total true try twice type unable unauthenticated
unauthorized unavailable under unexpected unique unknown unless unprocessable unreadable unsupported until update
upload url use used user username valid validation value verification version very video was webhook were when where
whether which while who why with within without work workflow workspace wrong xml yes yet you your zone
too many big large trouble busy cart credit quota exhausted reactivate deactivate deactivated entity parse parser
serand jobma upwage assessfirst fulcrum candidate applicant person people post archived firstname lastname kb mb gb url uuid
multifactor ui ip ats crm sandbox text hub vendor stored hold held wait webhooks smtp tls ssl utc gmt iso ascii utf base
`;

const vocabulary = new Set(listed.split(/\s+/).filter(Boolean));

const endings = ['', 's', 'es', 'd', 'ed', 'ing', 'ly'];

/** Whether a word, in whatever capitals and in its common forms, is one that services write. */
export function isServiceWord(word: string): boolean {
  const lower = word.toLowerCase();
  return endings.some(
    (ending) => lower.endsWith(ending) && vocabulary.has(lower.slice(0, lower.length - ending.length)),
  );
}
