import { assessfirst } from './assessfirst';
import type { Catalogue } from './catalogue';
import { jobma } from './jobma';
import { serand } from './serand';
import { smg } from './smg';
import { upwage } from './upwage';

export const everyPromise: Catalogue = { ...smg, ...assessfirst, ...upwage, ...serand, ...jobma };
