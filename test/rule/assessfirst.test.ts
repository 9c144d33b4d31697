import { assessFirstDriver } from '../vendors/assessfirst-driver';
import { storiesOf } from './stories';

storiesOf(assessFirstDriver);
