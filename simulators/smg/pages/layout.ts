import { pageOf } from '../../kit/page';

export const page = pageOf('POP Engine');
