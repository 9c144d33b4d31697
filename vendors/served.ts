/** Every vendor the hub serves, one line each (docs/add-a-vendor.md). The name of the export is the vendor's id. */
export { assessfirst } from './assessfirst/definition';
export { jobma } from './jobma/definition';
export { serand } from './serand/definition';
export { smg } from './smg/definition';
export { standard } from './standard/definition';
export { upwage } from './upwage/definition';
