import { smgDriver } from './smg-driver';
import { scenariosOf } from './vendor-world';
import * as scenarios from './scenarios';

const scenario = scenariosOf(smgDriver);

scenario('expires here', scenarios.expiredHere);
scenario('is found completed although the callback was lost', scenarios.lostCallback);
scenario('hears the same several times', scenarios.duplicateCallbacks);
scenario('hears of the end before the answer to the invitation', scenarios.earlyCallback);
scenario('is completed after it has expired', scenarios.completedAfterExpiry);
scenario("does not take a stranger's application for its own", scenarios.stranger);
scenario('refuses a callback with the wrong credentials', scenarios.wrongSignature);
scenario('waits while SMG is down', scenarios.vendorDown);
scenario('invites once although the answer was lost', scenarios.lostAnswer);
scenario('waits as long as SMG asks', scenarios.rateLimited);
scenario('is called off when the candidate is archived', scenarios.archivedMeanwhile);
