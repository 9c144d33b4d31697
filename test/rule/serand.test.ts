import { serandDriver } from '../vendors/serand-driver';
import { storiesOf } from './stories';

storiesOf(serandDriver);
