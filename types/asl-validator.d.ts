declare module 'asl-validator' {
  /** Its own declarations are not in the package. */
  export default function aslValidator(
    definition: unknown,
    options: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): { readonly isValid: boolean; errorsText(separator?: string): string };
}
