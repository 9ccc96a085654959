/**
 * The CDK's classes do not satisfy the CDK's own interfaces under `exactOptionalPropertyTypes`: what a class leaves
 * undefined, the interface wants absent. Nothing is changed, only called what it is.
 */
export function cdkInterface<Interface extends object>(made: object): Interface {
  // Checked by the CDK itself, whose build does not know the option.
  return made as Interface;
}
